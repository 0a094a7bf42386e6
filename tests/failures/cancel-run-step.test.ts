/** Cancelled as GitHub cancels a `run:` step: only the step's shell gets the signals, then all of it is killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import { CLI, cliEnvironment } from "../../demo/cli.ts";
import { definitionOf } from "../fixtures/demo-service.ts";
import { asked } from "./api-release.ts";
import { FailureStage } from "./failure-stage.fixture.ts";
import { watching } from "./release.ts";

/** The tasks take longer to start than GitHub to cancel. */
const slow = { startSeconds: 60 };

/** Runs a step's script, and cancels it once the deployment is watched. @returns what it said, and whether it ended by itself */
async function cancelledStep(stage: FailureStage, folder: string, command: string) {
  const taskDefinition = join(folder, "taskdef.json");
  await writeFile(taskDefinition, JSON.stringify(await definitionOf(await stage.image("2.0.0", slow))));
  const flags = `--cluster ${CLUSTER} --service ${SERVICE} --task-definition ${taskDefinition} --wait-until deployed`;
  const script = join(folder, "step.sh");
  // The runner's default shell is `bash -e` of a file, whose last command it does not become by itself.
  await writeFile(script, `echo deploying\n${command} "${process.execPath}" "${CLI}" deploy ${flags}\n`);
  const shell = spawn("bash", ["-e", script], {
    env: cliEnvironment(stage.endpoint),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  let running = true;
  const ended = once(shell, "close").then(() => {
    running = false;
  });
  while (running && !watching.test(said)) await sleep(20);
  expect(running, said).toBe(true);
  const byItself = await cancel(shell, ended);
  await ended;
  return { said, byItself };
}

/** @returns whether all of the step had ended before it was killed, as the runner does with what is left at the latest when the job ends */
async function cancel(shell: ChildProcess, ended: Promise<unknown>): Promise<boolean> {
  const done = ended.then(() => true);
  const within = (ms: number) => Promise.race([done, sleep(ms).then(() => false)]);
  shell.kill("SIGINT");
  if (await within(7_500)) return true;
  shell.kill("SIGTERM");
  if (await within(2_500)) return true;
  process.kill(-(shell.pid ?? 0), "SIGKILL");
  return false;
}

async function onStage(work: (stage: FailureStage, folder: string) => Promise<void>): Promise<void> {
  const stage = await FailureStage.set({ speed: 3 }, "simulated");
  const folder = await mkdtemp(join(tmpdir(), "run-step-"));
  try {
    await work(stage, folder);
  } finally {
    await stage.strike();
    await rm(folder, { recursive: true });
  }
}

describe.concurrent("a cancelled run: step", () => {
  it(
    "ends in time where the shell became the run, by exec",
    () =>
      onStage(async (stage, folder) => {
        const { said, byItself } = await cancelledStep(stage, folder, "exec");
        expect(byItself).toBe(true);
        expect(said).toMatch(/^✖ cancelled [\s\S]*ecs-demo:3/m);
      }),
    60_000,
  );

  it(
    "is killed without a word where it did not, and the next run attaches to the deployment in flight",
    () =>
      onStage(async (stage, folder) => {
        let step: { said: string; byItself: boolean } | undefined;
        const { mutating } = await stage.calls(async () => {
          step = await cancelledStep(stage, folder, "");
        });
        expect(step?.byItself).toBe(false);
        expect(step?.said).not.toContain("cancelled");
        expect(mutating).toEqual(asked);
        const again = await stage.deploy({ image: await stage.image("2.0.0"), flags: ["--wait-until", "deployed"] });
        expect(again).toMatchObject({ exitCode: 0, mutating: [] });
        expect(again.talk).toMatch(/nothing: deployment ecs-svc\/\d+ of this revision is under way/);
      }),
    90_000,
  );
});
