import fc from "fast-check";
import { expect, it } from "vitest";
import { OutputFrames } from "./output-frames.ts";

function frame(stream: "stdout" | "stderr", content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === "stderr" ? 2 : 1;
  header.writeUInt32BE(content.byteLength, 4);
  return Buffer.concat([header, content]);
}

it("gives each stream its bytes, however the connection cuts them", () => {
  const stream = fc.constantFrom("stdout" as const, "stderr" as const);
  const content = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(fc.array(fc.tuple(stream, content)), fc.integer({ min: 1, max: 13 }), (frames, step) => {
      const sent = Buffer.concat(frames.map(([to, bytes]) => frame(to, bytes)));
      const got = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      const reader = new OutputFrames((piece, to) => got[to].push(Buffer.from(piece)));
      for (let at = 0; at < sent.byteLength; at += step) reader.write(sent.subarray(at, at + step));
      for (const to of ["stdout", "stderr"] as const) {
        const wanted = Buffer.concat(frames.filter(([of]) => of === to).map(([, bytes]) => bytes));
        expect(Buffer.concat(got[to]).equals(wanted)).toBe(true);
      }
    }),
  );
});
