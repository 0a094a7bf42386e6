/** Deployments that ECS itself gives up, or that cannot move. */
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import type { Release } from "./release.ts";

/** Runs, and never answers its load balancer's health check: nothing that proves it cannot start. */
async function unhealthy(stage: FailureStage): Promise<Release> {
  return {
    image: await stage.image("2.0.0", { unhealthyAfterSeconds: 0 }),
    environment: [{ name: "REHEARSE_UNHEALTHY", value: "true" }],
    flags: ["--wait-until", "deployed"],
  };
}

/** What is shown of tasks that never are healthy. */
const evidence = {
  tasks: /^ServiceSchedulerInitiated Task failed (ELB|container) health checks/m,
  events: /deployment failed: tasks failed to start\.$/m,
};

const asked = ["RegisterTaskDefinition", "UpdateService"];

export const breakerFailures: readonly Failure[] = [
  {
    name: "breaker rollback",
    runtimes: ["process", "simulated"],
    speed: 10,
    release: unhealthy,
    seen: {
      outcome: "rolled-back",
      exitCode: 1,
      why: /health check/,
      evidence,
      fix: /web/,
      now: /^now .*ecs-demo:2: 1 of 1 running\. ecs-demo:3 stays registered$/m,
      mutating: asked,
    },
  },
  {
    name: "breaker without rollback",
    runtimes: ["simulated"],
    speed: 10,
    release: async (stage) => {
      await stage.others.configure({ deploymentCircuitBreaker: { enable: true, rollback: false } });
      return unhealthy(stage);
    },
    seen: {
      outcome: "failed",
      exitCode: 1,
      why: /health check/,
      evidence,
      fix: /web/,
      now: /^now .*ecs-demo:3: \d of 1 running, FAILED; ecs-demo:2: 1 running$/m,
      mutating: asked,
    },
  },
  {
    name: "breaker with nothing to go back to",
    runtimes: ["simulated"],
    speed: 10,
    release: async (stage) => {
      const release = await unhealthy(stage);
      // ecs-demo:1 is the revision that the stage began with: its image never came to be.
      await stage.others.createService("first", "ecs-demo:1");
      return { ...release, services: ["first"] };
    },
    seen: {
      outcome: "failed",
      exitCode: 1,
      why: /health check.*; Amazon ECS did not roll back: no deployment before it was complete$/,
      fix: /container web/,
      evidence,
      now: /^now .*ecs-demo:3: \d of 1 running, FAILED$/m,
      mutating: asked,
    },
  },
  {
    name: "deadlocked percentages",
    runtimes: ["process", "simulated"],
    service: { desiredCount: 1, minimumHealthyPercent: 100, maximumPercent: 100 },
    release: async (stage) => ({
      image: await stage.image("2.0.0"),
      flags: ["--wait-until", "deployed", "--wait-for-minutes", "1"],
    }),
    seen: {
      outcome: "rolled-back",
      exitCode: 1,
      cause: "deployment-configuration",
      why: /unable to stop or start tasks/,
      fix: /lower minimumHealthyPercent or raise maximumPercent of service web/,
      evidence: { events: /was unable to stop or start tasks during a deployment/ },
      now: /^now .*ecs-demo:2: 1 of 1 running\. ecs-demo:3 stays registered$/m,
      mutating: [...asked, "StopServiceDeployment"],
    },
  },
];
