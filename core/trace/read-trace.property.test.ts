/** The reader never crashes on any bytes: what is no trace is a TRACE_INVALID that names the line. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import { ToolkitError } from "../platform/errors.ts";
import { mostTraceBytes } from "./lines.ts";
import { parseTrace } from "./read-trace.ts";

const header = JSON.stringify({
  trace: 1,
  tool: "ecs-pipeline 0.1.0",
  verb: "deploy",
  startedAt: "2026-01-01T00:00:00.000Z",
  input: { service: "web" },
});
const call = { t: 1, call: 1, service: "ecs", operation: "DescribeServices", input: { services: ["web"] } };
const valid = [
  header,
  JSON.stringify({ t: 0, file: "taskdef.json", text: "{}" }),
  JSON.stringify(call),
  JSON.stringify({ t: 2, attempt: 1, of: 1, ms: 1, error: { name: "ThrottlingException", message: "Rate exceeded" } }),
  JSON.stringify({
    t: 3,
    answer: 1,
    attempts: 2,
    output: { services: [{ createdAt: { $date: "2026-01-01T00:00:00.000Z" } }] },
  }),
  JSON.stringify({ ...call, t: 4, call: 2 }),
  JSON.stringify({ t: 5, answer: 2, same: 1 }),
  JSON.stringify({ t: 6, signal: "SIGINT" }),
  JSON.stringify({ t: 7, verdict: { outcome: "cancelled", exitCode: 1 } }),
];
const text = `${valid.join("\n")}\n`;

/** What is read of the bytes, or what is wrong with them. */
async function read(bytes: Uint8Array): Promise<unknown> {
  try {
    return await parseTrace("trace.jsonl", [Buffer.from(bytes)]);
  } catch (error) {
    expect(error).toBeInstanceOf(ToolkitError);
    expect((error as ToolkitError).code).toBe("TRACE_INVALID");
    expect((error as Error).message).toMatch(/^trace\.jsonl:\d+: ./);
    return undefined;
  }
}

it("reads a valid trace", async () => {
  expect(await read(Buffer.from(text))).toMatchObject({ endMs: 7, verdict: { outcome: "cancelled" } });
});

it("never crashes on any bytes", async () => {
  const bytes = fc.uint8Array({ maxLength: 500 });
  await fc.assert(
    fc.asyncProperty(bytes, async (each) => void (await read(each))),
    runs(100),
  );
});

it("never crashes on a trace with other bytes in it", async () => {
  const bytes = Buffer.from(text);
  const edit = fc.tuple(fc.nat(bytes.length), fc.nat(40), fc.uint8Array({ maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const edited = edits.reduce(
        (before, [at, length, put]) => Buffer.concat([before.subarray(0, at), put, before.subarray(at + length)]),
        bytes,
      );
      await read(edited);
    }),
    runs(300),
  );
});

it("never crashes on lines of any JSON in any order", async () => {
  const lines = fc.array(fc.oneof(fc.constantFrom(...valid), fc.json()), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(lines, async (each) => void (await read(Buffer.from(`${[header, ...each].join("\n")}\n`)))),
    runs(100),
  );
});

it("reads what a killed run has left, whatever byte it ends at after the first line", async () => {
  for (let end = header.length; end < text.length - 1; end += 1) {
    expect(await read(Buffer.from(text.slice(0, end)))).toMatchObject({ verdict: undefined });
  }
});

it.each([
  ["", "trace.jsonl:1: is empty"],
  ["nonsense\n", "trace.jsonl:1: is not JSON"],
  ["{}\n", "trace.jsonl:1: is not the first line of a trace"],
  [`${header.replace('"trace":1', '"trace":2')}\n`, "trace.jsonl:1: is of version 2: this tool reads 1"],
  [`${header}\n{"t":1,"answer":3,"output":{}}\n`, "trace.jsonl:2: answers call 3, which was not made"],
  [`${header}\n{"t":-1,"signal":"SIGINT"}\n`, "trace.jsonl:2: t: "],
  [`${header}\n{"t":9007199254740991,"signal":"SIGINT"}\n`, "trace.jsonl:2: t: "],
  [`${header}\n{"t":1,"call":"1"}\n`, "trace.jsonl:2: call: "],
  [`${text}{"t":8,"signal":"SIGINT"}\n`, "trace.jsonl:10: comes after the verdict"],
  [`${header}\n${"[".repeat(100_000)}\n`, "trace.jsonl:2: is not"],
  [
    `${header}\n${JSON.stringify(call)}\n{"t":1,"answer":1,"output":{"a":${"[".repeat(5000)}${"]".repeat(5000)}}}\n`,
    "trace.jsonl:3: is nested deeper",
  ],
])("says what is wrong: %#", async (bytes, message) => {
  const reading = parseTrace("trace.jsonl", [Buffer.from(bytes)]);
  await expect(reading).rejects.toMatchObject({ code: "TRACE_INVALID", message: expect.stringContaining(message) });
});

it("takes no more than a trace may have", async () => {
  const line = Buffer.from(`${JSON.stringify({ t: 1, signal: "x".repeat(1_000_000) })}\n`);
  const chunks = (function* () {
    yield Buffer.from(`${header}\n`);
    for (;;) yield line;
  })();
  await expect(parseTrace("trace.jsonl", chunks)).rejects.toThrow(`is longer than ${mostTraceBytes} bytes`);
});
