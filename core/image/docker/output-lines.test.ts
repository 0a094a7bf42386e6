import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { outputLines } from "./output-lines.ts";

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of outputLines(Readable.from(chunks, { objectMode: false }))) lines.push(line);
  return lines;
}

it("tells lines apart wherever the output is cut", async () => {
  const text = Buffer.from("one\r\ntwo\n\nthree\rfoür\r\n");
  const expected = ["one", "two", "", "three", "foür"];
  expect(await linesOf(text)).toEqual(expected);
  for (let cut = 1; cut < text.length; cut += 1) {
    expect(await linesOf(text.subarray(0, cut), text.subarray(cut))).toEqual(expected);
  }
  expect(await linesOf("no end")).toEqual(["no end"]);
  expect(await linesOf()).toEqual([]);
});

it("gives a line without an end in pieces", async () => {
  const chunk = "x".repeat(64 * 1024);
  const lines = await linesOf(...Array.from({ length: 64 }, () => chunk), "\nlast\n");
  expect(lines.at(-1)).toBe("last");
  expect(lines.join("").length).toBe(64 * chunk.length + "last".length);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(5 * chunk.length);
});
