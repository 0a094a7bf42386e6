/** A run that is killed at some point, and the one that comes after it. */
import { expect } from "vitest";
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import { onceSaid, type Release, watching } from "./release.ts";

const flags = ["--wait-until", "deployed"];

/**
 * Kills a first run, and is the same once more.
 * @param at what the run has said when it is killed
 * @param blocked the operation that it cannot get past until then
 */
function killed(at: RegExp, blocked?: string): Failure["release"] {
  return async (stage: FailureStage): Promise<Release> => {
    const release = { image: await stage.image("2.0.0", { startSeconds: 5 }), flags };
    if (blocked !== undefined) await stage.faults({ kind: "throttle", operations: [blocked] });
    const first = await stage.deploy({ ...release, meanwhile: onceSaid(at, (send) => send("SIGKILL")) });
    expect(first).toMatchObject({ exitCode: null, result: {} });
    await stage.faults();
    return release;
  };
}

export const killedFailures: readonly Failure[] = [
  {
    name: "killed before it registers",
    runtimes: ["simulated"],
    release: killed(/^plan /m, "RegisterTaskDefinition"),
    seen: {
      outcome: "deployed",
      exitCode: 0,
      now: /^change +registered ecs-demo:3$/m,
      mutating: ["RegisterTaskDefinition", "UpdateService"],
    },
  },
  {
    name: "killed before it updates",
    runtimes: ["simulated"],
    release: killed(/registered ecs-demo:3/, "UpdateService"),
    // What it has registered is used, not registered again.
    seen: { outcome: "deployed", exitCode: 0, now: /ecs-demo:2 → ecs-demo:3/, mutating: ["UpdateService"] },
  },
  {
    name: "killed while it waits",
    runtimes: ["process", "simulated"],
    release: killed(watching),
    seen: {
      outcome: "deployed",
      exitCode: 0,
      now: /^change +nothing: deployment ecs-svc\/\d+ of this revision is under way$/m,
      mutating: [],
    },
  },
];
