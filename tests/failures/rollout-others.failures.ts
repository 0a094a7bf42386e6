/** Somebody else works on the service while it is deployed to. */
import {
  DeleteServiceCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "vitest";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import type { Others } from "./others.ts";
import { onceSaid, type Release, watching } from "./release.ts";

const asked = ["RegisterTaskDefinition", "UpdateService"];
const service = { cluster: CLUSTER, service: SERVICE };

/** A release that takes its time, and what somebody else does as soon as it is watched. */
function interrupted(interrupt: (others: Others) => Promise<void>): Failure["release"] {
  return async (stage: FailureStage): Promise<Release> => ({
    image: await stage.image("2.0.0", { startSeconds: 4 }),
    environment: [{ name: "REHEARSE_SLOW_START_MS", value: "4000" }],
    flags: ["--wait-until", "deployed"],
    meanwhile: onceSaid(watching, () => interrupt(stage.others)),
  });
}

export const othersFailures: readonly Failure[] = [
  {
    name: "superseded by another deploy",
    runtimes: ["process", "simulated"],
    release: interrupted(async ({ ecs }) => {
      await ecs.send(new UpdateServiceCommand({ ...service, taskDefinition: "ecs-demo:2" }));
    }),
    seen: {
      outcome: "superseded",
      exitCode: 1,
      why: /^deployment ecs-svc\/\d+ of ecs-demo:2 is the service's now$/,
      fix: /^Deploy again only if ecs-demo:3 and not ecs-demo:2 is what service web should run\.$/,
      now: /^now .*ecs-demo:2: /m,
      mutating: asked,
    },
  },
  {
    // Theirs is between our reading and our update; rollout-together.test.ts has two runs of ours.
    name: "two deploys started in the same second",
    runtimes: ["simulated"],
    release: async (stage) => {
      await stage.faults({ kind: "latency", ms: 3_000, operations: ["RegisterTaskDefinition"] });
      const theirs = async ({ ecs }: Others) => {
        await ecs.send(new UpdateServiceCommand({ ...service, forceNewDeployment: true }));
      };
      return {
        image: await stage.image("2.0.0"),
        flags: ["--wait-until", "deployed"],
        meanwhile: onceSaid(/^plan /m, () => theirs(stage.others)),
      };
    },
    seen: {
      outcome: "deployed",
      exitCode: 0,
      now: /took the place of deployment ecs-svc\/\d+ of ecs-demo:2, begun by somebody else meanwhile/,
      mutating: asked,
    },
  },
  {
    name: "superseded by another deploy of the same revision",
    runtimes: ["simulated"],
    release: interrupted(async ({ ecs }) => {
      await ecs.send(new UpdateServiceCommand({ ...service, forceNewDeployment: true }));
    }),
    seen: {
      outcome: "superseded",
      exitCode: 1,
      why: /^deployment ecs-svc\/\d+ of ecs-demo:3 is the service's now$/,
      fix: /^Watch service web: the newer deployment is of ecs-demo:3, too\.$/,
      now: /^now .*ecs-demo:3: /m,
      mutating: asked,
    },
  },
  {
    name: "stopped by somebody",
    runtimes: ["process", "simulated"],
    release: interrupted(async ({ ecs }) => {
      const { serviceDeployments: [newest] = [] } = await ecs.send(new ListServiceDeploymentsCommand(service));
      const serviceDeploymentArn = newest?.serviceDeploymentArn;
      await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }));
    }),
    seen: {
      outcome: "rolled-back",
      exitCode: 1,
      cause: "stopped",
      why: /^somebody stopped the deployment: /,
      fix: /deployment of service web /,
      now: /^now .*ecs-demo:2: 1 of 1 running\. ecs-demo:3 stays registered$/m,
      mutating: asked,
    },
  },
  {
    name: "a task stopped by somebody",
    runtimes: ["process", "simulated"],
    release: interrupted(async (others) => {
      const { id: startedBy } = await others.primary();
      const { taskArns: [task] = [] } = await others.ecs.send(new ListTasksCommand({ cluster: CLUSTER, startedBy }));
      await others.ecs.send(new StopTaskCommand({ cluster: CLUSTER, task, reason: "by hand" }));
    }),
    // It is replaced, and the deployment goes on.
    seen: { outcome: "deployed", exitCode: 0, mutating: asked },
  },
  {
    name: "service deleted meanwhile",
    runtimes: ["process", "simulated"],
    release: interrupted(async ({ ecs }) => {
      await ecs.send(new DeleteServiceCommand({ ...service, force: true }));
    }),
    seen: {
      outcome: "failed",
      exitCode: 1,
      why: /^service web is (DRAINING|INACTIVE): it was deleted meanwhile$/,
      fix: /^Create service web again if it is to run ecs-demo:3\.$/,
      now: /^now .*service web is (DRAINING|INACTIVE): \d running/m,
      mutating: asked,
    },
  },
  {
    name: "service set to 0 and deleted meanwhile",
    runtimes: ["simulated"],
    release: interrupted(async ({ ecs }) => {
      await ecs.send(new UpdateServiceCommand({ ...service, desiredCount: 0 }));
      await ecs.send(new DeleteServiceCommand(service));
    }),
    seen: {
      outcome: "failed",
      exitCode: 1,
      why: /^service web is (DRAINING|INACTIVE): it was deleted meanwhile$/,
      fix: /^Create service web again if it is to run ecs-demo:3\.$/,
      now: /^now .*service web is (DRAINING|INACTIVE)/m,
      mutating: asked,
    },
  },
  {
    name: "service set to 0 meanwhile",
    runtimes: ["simulated"],
    release: interrupted(async ({ ecs }) => {
      await ecs.send(new UpdateServiceCommand({ ...service, desiredCount: 0 }));
    }),
    seen: {
      outcome: "deployed",
      exitCode: 0,
      now: /ecs-demo:3 · nothing runs: the desired count is 0/,
      mutating: asked,
      besides: async ({ others }, { result }) => {
        expect(result.proof).toMatchObject({ status: "not-checked" });
        expect(await others.primary()).toMatchObject({ desiredCount: 0, runningCount: 0 });
      },
    },
  },
];
