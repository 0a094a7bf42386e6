import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maximumLineBytes, OutputLines } from "./output-lines.ts";

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const output = new OutputLines((line) => lines.push(line));
  for (const chunk of chunks) output.write(chunk);
  output.end();
  return lines;
}

describe("output lines", () => {
  it("are what the program wrote, however the pipe cuts it", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.nat(7), (words, size) => {
        const written = Buffer.from(words.map((word) => `${word.replaceAll("\n", "")}\n`).join(""));
        const chunks = Array.from({ length: Math.ceil(written.byteLength / (size + 1)) }, (_, index) =>
          written.subarray(index * (size + 1), (index + 1) * (size + 1)),
        );
        expect(linesOf(chunks)).toEqual(words.map((word) => word.replaceAll("\n", "")));
      }),
    );
  });

  it("keep empty lines, and a last one without its end", () => {
    expect(linesOf([Buffer.from("one\n\nthree")])).toEqual(["one", "", "three"]);
    expect(linesOf([Buffer.from("one\n")])).toEqual(["one"]);
    expect(linesOf([])).toEqual([]);
  });

  it("are cut at 256 KiB less an event's overhead, between characters", () => {
    const long = `a${"é".repeat(maximumLineBytes)}`;
    const lines = linesOf([Buffer.from(long.slice(0, 1000)), Buffer.from(`${long.slice(1000)}\nnext`)]);
    expect(lines.pop()).toBe("next");
    expect(lines.join("")).toBe(long);
    expect(lines.map((line) => Buffer.byteLength(line))).toEqual([maximumLineBytes - 1, maximumLineBytes, 2]);
  });

  it("that never end are passed on while they come", () => {
    const lines: string[] = [];
    const output = new OutputLines((line) => lines.push(line));
    for (let count = 0; count < 9; count += 1) output.write(Buffer.alloc(64 * 1024, "x"));
    expect(lines.map((line) => line.length)).toEqual([maximumLineBytes, maximumLineBytes]);
  });

  it("take what is not UTF-8", () => {
    expect(linesOf([Buffer.alloc(maximumLineBytes + 1, 0x80)]).map((line) => line.length)).toEqual([
      maximumLineBytes,
      1,
    ]);
  });
});
