/** Each trace here is a test: the engine that runs against it comes to the verdict that its last line says, call by call. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { recordingLog } from "../../core/platform/recording-log.fixture.ts";
import { readTrace } from "../../core/trace/read-trace.ts";
import { replayDeployment } from "../../core/trace/replay-deployment.ts";
import { traceOf } from "../failures/record-trace.ts";
import { recordedFailures } from "../failures/themes.ts";

const traces = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".jsonl"),
);
/** Compressed, as Git keeps them: each version for ever. */
const mostBytes = 1_000_000;

describe("a recorded deployment", () => {
  it("is there of every failure but those of a refused input, which calls nothing, and of no other", async () => {
    const failures = await recordedFailures();
    const here = traces.map((name) => join(import.meta.dirname, name));
    const calling = failures.filter(({ seen }) => seen.outcome !== "INPUT_INVALID").map(({ name }) => traceOf(name));
    expect(calling.filter((trace) => !here.includes(trace))).toEqual([]);
    const known = failures.map(({ name }) => traceOf(name));
    expect(new Set(known).size).toBe(known.length);
    const recorded = here.filter((trace) => dirname(trace) === join(import.meta.dirname, "failures"));
    expect(recorded.filter((trace) => !known.includes(trace))).toEqual([]);
    expect(recorded.reduce((sum, trace) => sum + gzipSync(readFileSync(trace)).length, 0)).toBeLessThan(mostBytes);
  });

  it.each(traces)("%s", async (name) => {
    const trace = await readTrace(join(import.meta.dirname, name));
    const { verdict, differences } = await replayDeployment(trace, recordingLog());
    expect(differences).toEqual([]);
    expect(verdict).toEqual(trace.verdict);
  });
});
