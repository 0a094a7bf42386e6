import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { ToolkitError } from "../../core/platform/errors.ts";
import { inputSchema } from "../../core/platform/input.ts";
import { boolean, choice, text, wholeNumber } from "../../core/platform/input-fields.ts";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import type { Console } from "../console.ts";
import { defineVerb } from "../verb.ts";

const localInput = inputSchema({
  port: v.optional(wholeNumber("The port of all APIs; 0 is any free one.", { min: 0, max: 65_535 }), 4566),
  region: v.optional(text("The region that it plays."), "us-east-1"),
  "unknown-members": v.optional(
    choice(["refuse", "ignore"], "What to do with members of a request that the operation does not have."),
    "refuse",
  ),
  runtime: v.optional(
    choice(
      ["docker", "process", "simulated"],
      "What runs the tasks: containers of an engine, processes of this machine, or nothing but a script of what they would do. By default docker where an engine answers, else process.",
    ),
  ),
  speed: v.optional(
    wholeNumber(
      "How many times as fast AWS's waits pass (health check intervals, grace and start periods, drains, bakes); real work takes its real time.",
      { min: 1, max: 1000 },
    ),
    1,
  ),
  "until-stdin-ends": v.optional(
    boolean("Whether to end when standard input ends, for programs that start it."),
    false,
  ),
});

type LocalInput = ReturnType<typeof localInput.parse>;

/** The one door from the CLI to the local cloud, whose code is loaded only here. */
export const local = defineVerb({
  name: "local",
  description: "Run AWS's side of a deployment on this machine, until it is ended.",
  example: "ecs-pipeline local --port 4566",
  input: localInput,
  async run(input, terminal, { json }) {
    const cloud = await start(input, terminal);
    const { endpoint, network, runtime } = cloud;
    if (json) terminal.json({ endpoint, region: input.region, subnets: network.subnets, runtime });
    else terminal.print(welcome(cloud, input));
    await ended(input, terminal.signal);
    await cloud.close();
    terminal.log.step("local", "ended: its tasks are stopped and its files removed");
    return 0;
  },
});

/** The bundle of the reaper lies beside this one's; run from source, the reaper is its own source. */
const reaperEntry = import.meta.url.endsWith(".ts") ? "../../localcloud/runtime/reaper/main.ts" : "./reaper.js";

async function start(
  { port, region, unknownMembers, runtime, speed }: LocalInput,
  terminal: Console,
): Promise<LocalCloud> {
  const { startLocalCloud } = await import("../../localcloud/local-cloud.ts");
  try {
    return await startLocalCloud({
      port,
      region,
      unknownMembers,
      runtime,
      speed,
      reaperEntry: fileURLToPath(new URL(reaperEntry, import.meta.url)),
      onBug: (error, what) => terminal.complain(`the local cloud failed at ${what}: ${bugText(error)}`),
      onNote: (note) => terminal.log.warn(note),
      onListening: ({ port: wanted, boundPort }) =>
        terminal.log.step("local", `listener :${wanted} of a load balancer answers at http://127.0.0.1:${boundPort}`),
    });
  } catch (error) {
    throw startFailure(error, port);
  }
}

function startFailure(error: unknown, port: number): unknown {
  const { code, syscall, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (code === "EADDRINUSE") {
    return new ToolkitError(
      "LOCAL_PORT_IN_USE",
      `the local cloud cannot listen on port ${port}: something else does`,
      `End what listens on port ${port}, or give another --port (0 is any free one).`,
      { cause: error },
    );
  }
  if (code === "RUNTIME_UNAVAILABLE") {
    const remedy = "Start a Docker engine on this machine, or leave out --runtime docker.";
    return new ToolkitError("LOCAL_NOT_STARTED", `the local cloud cannot start: ${message}`, remedy, { cause: error });
  }
  if (syscall === undefined) return error;
  const remedy =
    syscall === "listen"
      ? `Give a --port above 1023 (0 is any free one), ${port} is not allowed here.`
      : "Set TMPDIR to a folder that can be written and has room.";
  return new ToolkitError("LOCAL_NOT_STARTED", `the local cloud cannot start: ${message}`, remedy, { cause: error });
}

function bugText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function welcome(
  { endpoint, network, runtime: { why } }: LocalCloud,
  { region, runtime, speed }: LocalInput,
): string[] {
  return [
    `the local cloud answers at ${endpoint}${speed === 1 ? "" : `, AWS's waits pass ${speed} times as fast`}`,
    `Its ${why}.`,
    ...(runtime === "simulated" ? [`PUT ${endpoint}/_localcloud/simulation says how.`] : []),
    "",
    "In the shell that is to use it:",
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    "  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test",
    "",
    `Subnets to make services in: ${network.subnets.map(({ subnetId }) => subnetId).join(", ")}`,
    `What was called: ${endpoint}/_localcloud/journal · where listeners answer: ${endpoint}/_localcloud/listeners`,
    "Ctrl-C ends it and removes all that it made.",
  ];
}

async function ended({ untilStdinEnds }: LocalInput, signal: AbortSignal): Promise<void> {
  const endings: Promise<unknown>[] = [signal.aborted ? Promise.resolve() : once(signal, "abort")];
  if (untilStdinEnds) endings.push(once(process.stdin.resume(), "end"));
  await Promise.race(endings);
  // An open standard input would hold the process.
  process.stdin.destroy();
}
