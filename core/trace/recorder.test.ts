/** Recording and replaying inside one process, against a scripted AWS and a clock that jumps. */
import { expect, it } from "vitest";
import { deployInput } from "../deployment/deploy-input.ts";
import { deployService } from "../deployment/deploy-service.ts";
import { old, ours, oursDone, steady } from "../deployment/deploying.fixture.ts";
import { type Script, scriptedAws, service, updateTime } from "../deployment/scripted-aws.fixture.ts";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { recordingLog } from "../platform/recording-log.fixture.ts";
import { Masker } from "./mask.ts";
import { parseTrace } from "./read-trace.ts";
import { Recorder } from "./recorder.ts";
import { replayDeployment } from "./replay-deployment.ts";
import { verdictOf } from "./verdict.ts";

const registered = {
  taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/web:42",
  family: "web",
  containerDefinitions: [{ name: "web", image: "web:1", environment: [{ name: "PW", value: "planted" }] }],
};

interface Recorded {
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly verdict: object;
  readonly said: readonly string[];
}

async function record(
  script: Partial<Script>,
  given: Record<string, unknown> = {},
  append?: (line: string) => void,
): Promise<Recorded> {
  const clock = new JumpingClock(updateTime.getTime());
  const aws = scriptedAws({ before: steady, taskDefinition: registered, ...script }, clock);
  const input = { "task-definition": "web:42", image: "web:2", service: "web", "wait-until": "deployed", ...given };
  const [lines, warnings]: string[][] = [[], []];
  const recorder = new Recorder({
    append: append ?? ((line) => void lines?.push(line)),
    header: { trace: 1, tool: "test", verb: "deploy", input },
    variables: [],
    masker: new Masker({ accountIds: false }),
    clock,
    failed: (why) => void warnings?.push(why),
  });
  const log = recordingLog();
  const { signal } = new AbortController();
  const result = await deployService(recorder.clients(aws.clients), deployInput.parse(input), { log, clock, signal });
  recorder.verdict(verdictOf(result));
  return { lines: lines ?? [], warnings: warnings ?? [], verdict: verdictOf(result), said: log.lines };
}

function parse(lines: readonly string[]) {
  return parseTrace("trace.jsonl", [Buffer.from(lines.map((line) => `${line}\n`).join(""))]);
}

it("replays what was said, line by line", async () => {
  const recorded = await record({
    after: [
      [0, service([ours(), old()])],
      [9, service([oursDone])],
    ],
  });
  const log = recordingLog();
  const { verdict, differences } = await replayDeployment(await parse(recorded.lines), log);
  expect({ verdict, differences }).toEqual({ verdict: recorded.verdict, differences: [] });
  expect(log.lines).toEqual(recorded.said);
  expect(recorded.lines.join("\n")).not.toContain("planted");
});

it("keeps six hours of watching in a small trace, and replays them in a moment", { timeout: 60_000 }, async () => {
  const recorded = await record({ after: [[0, service([ours(), old()])]] }, { "wait-for-minutes": 360 });
  expect(recorded.verdict).toMatchObject({ outcome: "timed-out" });
  const bytes = recorded.lines.reduce((sum, line) => sum + line.length + 1, 0);
  expect(recorded.lines.length).toBeGreaterThan(15_000);
  expect(bytes).toBeLessThan(4_000_000);
  const { verdict, result, differences } = await replayDeployment(await parse(recorded.lines), recordingLog());
  expect({ verdict, differences }).toEqual({ verdict: recorded.verdict, differences: [] });
  expect(Math.round((result?.durationMs ?? 0) / 60_000)).toBe(360);
});

it("ends the trace, not the run, where a line cannot be written", async () => {
  let written = 0;
  const recorded = await record({ after: [[0, service([oursDone])]] }, {}, () => {
    written += 1;
    if (written === 4) throw new Error("ENOSPC: no space left on device");
  });
  expect(recorded.verdict).toMatchObject({ outcome: "deployed" });
  expect(recorded.warnings).toEqual(["ENOSPC: no space left on device"]);
  expect(written).toBe(4);
});

it("says at which line engine and trace part", async () => {
  const { lines } = await record({
    after: [
      [0, service([ours(), old()])],
      [3, service([oursDone])],
    ],
  });
  const part = async (edit: (line: string) => string | undefined) => {
    const edited = lines.flatMap((line) => edit(line) ?? []);
    return (await replayDeployment(await parse(edited), recordingLog())).differences;
  };
  expect(await part((line) => line)).toEqual([]);
  expect(
    await part((line) => (line.includes('"operation":"Register') ? line.replace("web:2", "web:3") : line)),
  ).toEqual([expect.stringMatching(/^line \d+: RegisterTaskDefinition is called with another input$/)]);
  const without = (call: number) => (line: string) => {
    const { call: made, answer } = JSON.parse(line) as { call?: number; answer?: number };
    return made === call || answer === call ? undefined : line;
  };
  expect(await part(without(2))).toContainEqual(expect.stringContaining("ecs:DescribeTaskDefinition"));
  const more = lines.map((line) => line.replace('"outcome":"deployed"', '"outcome":"failed"'));
  expect((await replayDeployment(await parse(more), recordingLog())).differences).toEqual([
    "the last line: the verdict was failed, exit code 0, and is deployed, exit code 0",
  ]);
  const unknown = '{"t":1,"call":99,"service":"ecs","operation":"DescribeClusters","input":{}}';
  const added = await parse([...lines.slice(0, 3), unknown, ...lines.slice(3)]);
  expect((await replayDeployment(added, recordingLog())).differences).toEqual([
    "line 4: DescribeClusters is not called any more",
  ]);
});

it("replays a trace with very many signals and calls that are not made, in a moment", { timeout: 20_000 }, async () => {
  const { lines, verdict: then } = await record({ after: [[0, service([ours(), old()])]] }, { "wait-for-minutes": 30 });
  const many = Array.from({ length: 100_000 }, (_, index) => {
    const call = { t: 1, call: 1_000_000 + index, service: "ecs", operation: "DescribeServices", input: { index } };
    return [JSON.stringify(call), '{"t":30000000000,"signal":"SIGINT"}'];
  });
  const trace = await parse([...lines.slice(0, -1), ...many.flat(), ...lines.slice(-1)]);
  const { verdict } = await replayDeployment(trace, recordingLog());
  expect(verdict).toEqual(then);
});

it("refuses a trace whose input no deployment takes", async () => {
  const { lines } = await record({ after: [[0, service([oursDone])]] });
  const [header = "", ...rest] = lines;
  const trace = await parse([header.replace('"service":"web"', '"servce":"web"'), ...rest]);
  await expect(replayDeployment(trace, recordingLog())).rejects.toMatchObject({
    code: "TRACE_INVALID",
    message: expect.stringMatching(/^line 1: input: servce/),
  });
});
