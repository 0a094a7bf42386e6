import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mostTraceBytes } from "./lines.ts";
import { TraceFile } from "./trace-file.ts";

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trace-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, ...lines: string[]): void {
  const file = TraceFile.open(path);
  for (const line of lines) file.append(line);
  file.close();
}

it("is for its owner only, and has each line at once", () => {
  const file = TraceFile.open(at("t.jsonl"));
  file.append("one");
  expect(readFileSync(at("t.jsonl"), "utf8")).toBe("one\n");
  expect(statSync(at("t.jsonl")).mode & 0o777).toBe(0o600);
  file.close();
});

it("takes an empty file that is there, and makes it its owner's", () => {
  writeFileSync(at("made"), "");
  chmodSync(at("made"), 0o644);
  write(at("made"), "one");
  expect(statSync(at("made")).mode & 0o777).toBe(0o600);
});

it("leaves what is there alone", () => {
  writeFileSync(at("mine"), "mine");
  writeFileSync(at("empty"), "");
  symlinkSync(at("empty"), at("link"));
  for (const name of ["mine", "link", ".", "none/t.jsonl"]) {
    expect(() => TraceFile.open(at(name))).toThrow(/^record: /);
  }
  expect(() => TraceFile.open("/dev/null")).toThrow("it is not a regular file");
  expect(readFileSync(at("mine"), "utf8")).toBe("mine");
});

it("has an end", () => {
  const file = TraceFile.open(at("t.jsonl"));
  file.append("x".repeat(mostTraceBytes - 10));
  expect(() => file.append("x".repeat(20))).toThrow("a trace may have");
  file.append("x");
  file.close();
});
