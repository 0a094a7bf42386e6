import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll } from "vitest";
import type { Clients } from "../platform/aws/clients.ts";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { type RecordingLog, recordingLog } from "../platform/recording-log.fixture.ts";
import type { BegunDeployment } from "./begun.ts";
import { deployInput } from "./deploy-input.ts";
import type { DeployResult } from "./deploy-result.ts";
import { deployService } from "./deploy-service.ts";
import { deployment, type Script, type ScriptedAws, scriptedAws, service, updateTime } from "./scripted-aws.fixture.ts";

/** A task definition file, the service web:42 that runs it, and one deployment of web:43 with a script of AWS's side. */

const taskDefinition = {
  family: "web",
  containerDefinitions: [{ name: "web", image: "<IMAGE1_NAME>", environment: [{ name: "LOG_LEVEL", value: "info" }] }],
};

/** web:42, as DescribeTaskDefinition answers it. */
const registered = {
  taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/web:42",
  family: "web",
  revision: 42,
  containerDefinitions: [
    { name: "web", image: "web:1", cpu: 0, essential: true, environment: [{ name: "LOG_LEVEL", value: "info" }] },
  ],
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deploy-"));
  writeFileSync(join(folder, "taskdef.json"), JSON.stringify(taskDefinition));
});
afterAll(() => rmSync(folder, { recursive: true }));

const past = { createdAt: new Date(0), updatedAt: new Date(0) };

/** The service before: web:42, complete. */
export const steady = service([deployment("1", "web:42", past)]);

/** web:42 while web:43 takes over. */
export function old(changes: Partial<Deployment> = {}): Deployment {
  return deployment("1", "web:42", { status: "ACTIVE", ...past, ...changes });
}

/** web:43, in progress. */
export function ours(changes: Partial<Deployment> = {}): Deployment {
  const rolloutStateReason = "ECS deployment ecs-svc/2 in progress.";
  return deployment("2", "web:43", { rolloutState: "IN_PROGRESS", runningCount: 0, rolloutStateReason, ...changes });
}

export const oursDone = deployment("2", "web:43");

export function later(seconds: number): Date {
  return new Date(updateTime.getTime() + seconds * 1000);
}

interface Options {
  readonly input?: Record<string, unknown>;
  /** The operation at which the run is ended from outside. */
  readonly abortAt?: string;
  /** Milliseconds after which the run is ended from outside, at the call that comes next. */
  readonly abortAfterMs?: number;
  /** Replaces parts of the scripted clients. */
  readonly rewire?: (clients: Clients) => Clients;
}

interface Deployed {
  readonly result: DeployResult;
  readonly aws: ScriptedAws;
  readonly log: RecordingLog;
  readonly begun: readonly BegunDeployment[];
}

/** Starts one deployment of image web:2; `done` settles with it, `aws` tells of its calls either way. */
export function deploying(
  script: Partial<Script>,
  { input = {}, abortAt, abortAfterMs = Number.POSITIVE_INFINITY, rewire = (clients) => clients }: Options = {},
) {
  const clock = new JumpingClock(updateTime.getTime());
  const controller = new AbortController();
  const onCall = (operation: string) => {
    if (operation === abortAt || clock.now() - updateTime.getTime() >= abortAfterMs) controller.abort();
  };
  const aws = scriptedAws({ before: steady, taskDefinition: registered, onCall, ...script }, clock);
  const log = recordingLog();
  const parsed = deployInput.parse({
    "task-definition": join(folder, "taskdef.json"),
    image: "web:2",
    service: "web",
    cluster: "ecs-demo",
    "wait-until": "deployed",
    ...input,
  });
  const begun: BegunDeployment[] = [];
  const done = deployService(rewire(aws.clients), parsed, {
    log,
    clock,
    signal: controller.signal,
    begun: async (deployment) => void begun.push(deployment),
  });
  return { aws, clock, done: done.then((result): Deployed => ({ result, aws, log, begun })) };
}

export async function deploy(script: Partial<Script>, options?: Options): Promise<Deployed> {
  return deploying(script, options).done;
}
