import { rehearsalEndpoint } from "../../core/report/rehearsal.ts";
import { resultLines } from "../../core/report/result-lines.ts";
import { readTrace } from "../../core/trace/read-trace.ts";
import { type Replay, replayDeployment } from "../../core/trace/replay-deployment.ts";
import { replayInput } from "../../core/trace/replay-input.ts";
import { type Console, processConsole } from "../console.ts";
import { type FailureOptions, tellFailure } from "../failure.ts";
import { defineVerb } from "../verb.ts";

export const replay = defineVerb({
  name: "replay",
  description: "Show what a recorded deployment showed. Needs no network, credentials or files but the trace.",
  example: "ecs-pipeline replay trace.jsonl",
  input: replayInput,
  argument: "trace",
  async run(input, { signal }, options) {
    const trace = await readTrace(input.trace);
    const { rehearsal } = trace.header;
    const environment = { ...process.env, AWS_ENDPOINT_URL_ECS: undefined, AWS_ENDPOINT_URL: rehearsal };
    const { stdout, stderr } = process;
    const terminal = processConsole({ stdout, stderr, environment, signal, json: options.json });
    const linked = rehearsalEndpoint(environment) === undefined;
    return tell(await replayDeployment(trace, terminal.log), terminal, { ...options, linked });
  },
});

function tell(
  { result, error, signal, verdict, differences }: Replay,
  terminal: Console,
  { linked, ...options }: FailureOptions & { readonly linked: boolean },
): number {
  const json = (value: object) => terminal.json({ ...value, differences });
  if (result === undefined) {
    tellFailure(error, { ...terminal, signal, json: (value) => json(value as object) }, options);
  } else {
    terminal.report(resultLines(result, { linked }));
    if (options.json) json(result);
  }
  for (const difference of differences) terminal.complain(`differs  ${difference}`);
  return verdict.exitCode;
}
