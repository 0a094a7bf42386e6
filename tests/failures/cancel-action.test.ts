/** The deploy action cancelled as GitHub does it: its main step, and then its post step. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import { Job, type StepRun } from "../e2e/actions.fixture.ts";
import { asked, register, rollback, update } from "./api-release.ts";
import { Cancelling } from "./cancelling.ts";
import { FailureStage } from "./failure-stage.fixture.ts";

type Send = (signal: NodeJS.Signals) => void;

interface Cancelled {
  readonly main: StepRun;
  readonly post: StepRun;
  /** The mutating calls of either. */
  readonly changes: readonly (readonly string[])[];
}

interface Phase {
  readonly onCancel: "leave" | "rollback";
  readonly faults?: readonly object[];
  /** Cancels once the log shows this. */
  readonly once: RegExp;
  /** GitHub's way, unless the step is killed at once. */
  readonly end?: (send: Send) => void;
}

/** Deploys a good release on a stage of its own, cancels it, and runs the post step. */
async function cancelled({ onCancel, faults = [], once, end }: Phase): Promise<Cancelled> {
  const stage = await FailureStage.set({}, "simulated");
  const job = await Job.begin();
  try {
    const image = await stage.image("2.0.0");
    await stage.faults(...faults);
    await job.write("taskdef.json", await readFile("taskdef.json", "utf8"));
    const cancelling = new Cancelling();
    const cancel = end ?? ((send: Send) => cancelling.now(send));
    let done = false;
    const onLog = (log: string, send: Send) => {
      if (done || !once.test(log)) return;
      done = true;
      cancel(send);
    };
    const given = {
      cluster: CLUSTER,
      service: SERVICE,
      "task-definition": "taskdef.json",
      image,
      "wait-until": "deployed",
      "on-cancel": onCancel,
    };
    let main: StepRun | undefined;
    const first = await stage.calls(async () => {
      main = await job.uses("deploy", given, stage.endpoint, onLog);
    });
    if (main === undefined) throw new Error("it ran");
    if (end === undefined) cancelling.expectInTime(main.log);
    await stage.faults();
    const { state } = main;
    let post: StepRun | undefined;
    const second = await stage.calls(async () => {
      post = await job.post("deploy", state, stage.endpoint);
    });
    if (post === undefined) throw new Error("it ran");
    return { main, post, changes: [first.mutating, second.mutating] };
  } finally {
    await Promise.all([stage.strike(), job.end()]);
  }
}

const late = (operation: string) => ({ kind: "latency", ms: 1_500, operations: [operation], count: 1 });
const watches = /::group::Watch\n.+\n/;
const registered = /registered ecs-demo:3/;
const onCancels = ["leave", "rollback"] as const;

describe.concurrent.each(onCancels)("cancelled before the update, on-cancel: %s", (onCancel) => {
  it.each([
    ["while it registers", [late(register)], /::group::Plan/, [register]],
    ["between register and update", [{ kind: "throttle", operations: [update] }], registered, asked],
  ])(
    "%s: nothing is left to confirm",
    async (_phase, faults, once, changes) => {
      const run = await cancelled({ onCancel, faults, once });
      expect(run.main).toMatchObject({ exitCode: 1, state: {} });
      expect(run.main.annotations).toEqual([
        expect.stringMatching(
          /title=DEPLOYMENT_CANCELLED,file=taskdef\.json::.*ecs-demo:3 was registered, the service was not changed/,
        ),
      ]);
      expect(run.post).toMatchObject({ exitCode: 0, log: "" });
      expect(run.changes).toEqual([changes, []]);
    },
    60_000,
  );
});

describe.concurrent("cancelled since the update", () => {
  it.each([
    ["while it updates", [late(update)], registered],
    ["while it watches", [], watches],
  ])(
    "%s, on-cancel: leave: it goes on, and both steps say so",
    async (_phase, faults, once) => {
      const { main, post, changes } = await cancelled({ onCancel: "leave", faults, once });
      expect(main).toMatchObject({ exitCode: 1, outputs: { outcome: "cancelled" } });
      expect(main.annotations).toEqual([expect.stringMatching(/deployment ecs-svc\/\d+ of ecs-demo:3 goes on/)]);
      expect(post).toMatchObject({ exitCode: 0, annotations: [] });
      expect(post.log).toMatch(
        /^now {6}web: deployment ecs-svc\/\d+ of ecs-demo:3 (goes on: \d of 1 running|is complete)$/m,
      );
      expect(changes).toEqual([asked, []]);
    },
    60_000,
  );

  it.each([
    ["while it updates", [late(update)], registered],
    ["while it watches", [], watches],
  ])(
    "%s, on-cancel: rollback: asked for once, and the post step sees its end",
    async (_phase, faults, once) => {
      const { main, post, changes } = await cancelled({ onCancel: "rollback", faults, once });
      expect(main).toMatchObject({ exitCode: 1, outputs: { outcome: "cancelled" } });
      expect(main.annotations).toEqual([expect.stringContaining("Amazon ECS was asked to roll back deployment")]);
      expect(post).toMatchObject({ exitCode: 0, annotations: [] });
      expect(post.log).toMatch(/^now {6}web: deployment ecs-svc\/\d+ of ecs-demo:3 was rolled back: ecs-demo:2 is/m);
      expect(changes).toEqual([[...asked, rollback], []]);
    },
    60_000,
  );

  it("asks for the rollback by the post step where the main step was killed", async () => {
    const killed = { onCancel: "rollback", once: watches, end: (send: Send) => send("SIGKILL") } as const;
    const { main, post, changes } = await cancelled(killed);
    expect(main).toMatchObject({ exitCode: null, outputs: {} });
    expect(post.log).toMatch(/^now {6}web: deployment ecs-svc\/\d+ of ecs-demo:3 was rolled back: ecs-demo:2 is/m);
    expect(changes).toEqual([asked, [rollback]]);
  }, 60_000);
});
