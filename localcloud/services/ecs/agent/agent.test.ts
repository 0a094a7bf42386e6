import type { ContainerDefinition, Task } from "@aws-sdk/client-ecs";
import { beforeEach, describe, expect, it } from "vitest";
import { type Behaviour, type EcsHarness, startEcs } from "../ecs.fixture.ts";

let ecs: EcsHarness;

beforeEach(async () => {
  ecs = startEcs();
  await ecs.call("CreateCluster", {});
});

/** Runs one task of these containers; what an image is not told, it does for ever. */
async function run(
  containers: ContainerDefinition[],
  behaviours: Record<string, Behaviour | "missing"> = {},
): Promise<string> {
  const images = containers.map(({ name = "" }) => name);
  for (const image of images) {
    const behaviour = behaviours[image] ?? {};
    if (behaviour !== "missing") ecs.runtime.behaviours.set(image, behaviour);
  }
  const definition = await ecs.register("unused", "missing", {
    containerDefinitions: containers.map((container) => ({ image: container.name, ...container })),
  });
  const { tasks } = await ecs.call("RunTask", {
    taskDefinition: definition,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
  });
  await ecs.clock.advance(0);
  return tasks?.[0]?.taskArn ?? "";
}

async function task(arn: string): Promise<Task> {
  return (await ecs.call("DescribeTasks", { tasks: [arn] })).tasks?.[0] ?? {};
}

function started(): string[] {
  return ecs.runtime.started.map(({ spec }) => spec.name);
}

const check = { command: ["CMD", "check"], interval: 5, retries: 2 };

describe("dependsOn", () => {
  it("START waits for the start", async () => {
    await run([{ name: "web", dependsOn: [{ containerName: "proxy", condition: "START" }] }, { name: "proxy" }]);
    expect(started()).toEqual(["proxy", "web"]);
  });

  it("SUCCESS waits for exit code 0", async () => {
    const dependsOn = [{ containerName: "init", condition: "SUCCESS" as const }];
    const arn = await run(
      [
        { name: "web", dependsOn },
        { name: "init", essential: false },
      ],
      {
        init: { exitsAfterMs: 1_000, exitCode: 0 },
      },
    );
    await ecs.clock.advance(999);
    expect(await task(arn)).toMatchObject({ lastStatus: "PENDING" });
    expect(started()).toEqual(["init"]);
    await ecs.clock.advance(1);
    expect(await task(arn)).toMatchObject({ lastStatus: "RUNNING" });
  });

  it("SUCCESS is missed by another exit code, COMPLETE is not", async () => {
    const dependsOn = (condition: "SUCCESS" | "COMPLETE") => [{ containerName: "init", condition }];
    const init = { init: { exitsAfterMs: 1_000, exitCode: 2 } };
    const failed = await run(
      [
        { name: "web", dependsOn: dependsOn("SUCCESS") },
        { name: "init", essential: false },
      ],
      init,
    );
    const fine = await run(
      [
        { name: "web", dependsOn: dependsOn("COMPLETE") },
        { name: "init", essential: false },
      ],
      init,
    );
    await ecs.clock.advance(1_000);
    expect(await task(failed)).toMatchObject({ lastStatus: "STOPPED", stopCode: "TaskFailedToStart" });
    expect(await task(fine)).toMatchObject({ lastStatus: "RUNNING" });
  });

  it("HEALTHY waits for the health check, no longer than the start timeout", async () => {
    const dependsOn = [{ containerName: "database", condition: "HEALTHY" as const }];
    const database = { name: "database", healthCheck: check, startTimeout: 30 };
    const fine = await run([{ name: "web", dependsOn }, database], { database: { healthy: true } });
    await ecs.clock.advance(5_000);
    expect(await task(fine)).toMatchObject({ lastStatus: "RUNNING" });
    await ecs.clock.advance(60_000);
    expect(await task(fine)).toMatchObject({ lastStatus: "RUNNING" });
    const failed = await run([{ name: "web", dependsOn }, database], { database: { healthy: false } });
    await ecs.clock.advance(29_000);
    expect(await task(failed)).toMatchObject({ lastStatus: "PENDING" });
    await ecs.clock.advance(1_000);
    expect(await task(failed)).toMatchObject({ lastStatus: "STOPPED", stopCode: "TaskFailedToStart" });
  });

  it("does not outlive the task", async () => {
    const dependsOn = [{ containerName: "init", condition: "COMPLETE" as const }];
    const arn = await run([
      { name: "web", dependsOn },
      { name: "init", essential: false },
    ]);
    await ecs.call("StopTask", { task: arn });
    await ecs.clock.advance(0);
    expect(await task(arn)).toMatchObject({ lastStatus: "STOPPED", stopCode: "UserInitiated" });
    expect(started()).toEqual(["init"]);
  });
});

describe("a health check", () => {
  it("makes the task HEALTHY, UNHEALTHY after its retries, and HEALTHY again", async () => {
    const arn = await run([{ name: "web", healthCheck: check }], { web: { healthy: true } });
    expect(await task(arn)).toMatchObject({ healthStatus: "UNKNOWN" });
    await ecs.clock.advance(5_000);
    expect(await task(arn)).toMatchObject({ healthStatus: "HEALTHY" });
    ecs.runtime.behaviours.set("web", { healthy: false });
    await ecs.clock.advance(5_000);
    expect(await task(arn)).toMatchObject({ healthStatus: "HEALTHY" });
    await ecs.clock.advance(5_000);
    expect(await task(arn)).toMatchObject({ healthStatus: "UNHEALTHY" });
    ecs.runtime.behaviours.set("web", { healthy: true });
    await ecs.clock.advance(5_000);
    expect(await task(arn)).toMatchObject({ healthStatus: "HEALTHY" });
  });

  it("does not count failures in the start period", async () => {
    const arn = await run([{ name: "web", healthCheck: { ...check, startPeriod: 60 } }], { web: { healthy: false } });
    await ecs.clock.advance(59_000);
    expect(await task(arn)).toMatchObject({ healthStatus: "UNKNOWN" });
    await ecs.clock.advance(6_000);
    expect(await task(arn)).toMatchObject({ healthStatus: "UNHEALTHY" });
  });
});

describe("stopping a task", () => {
  it("kills what ignores its stop signal after the stop timeout", async () => {
    const signals: string[] = [];
    const { start } = ecs.runtime;
    ecs.runtime.start = async (spec) => {
      const container = await start.call(ecs.runtime, spec);
      const kill = (signal: NodeJS.Signals) => {
        signals.push(signal);
        if (signal === "SIGKILL") container.kill(signal);
      };
      return { ...container, kill };
    };
    const arn = await run([{ name: "web", stopTimeout: 7 }]);
    await ecs.call("StopTask", { task: arn });
    await ecs.clock.advance(6_999);
    expect(await task(arn)).toMatchObject({ lastStatus: "STOPPING", desiredStatus: "STOPPED" });
    await ecs.clock.advance(1);
    expect(await task(arn)).toMatchObject({ lastStatus: "STOPPED", containers: [{ exitCode: 137 }] });
    expect(signals).toEqual(["SIGTERM", "SIGKILL"]);
  });

  it("while its image is pulled starts nothing", async () => {
    const gate = Promise.withResolvers<void>();
    const { pull } = ecs.runtime;
    ecs.runtime.pull = async (reference) => {
      await gate.promise;
      return pull.call(ecs.runtime, reference);
    };
    const arn = await run([{ name: "web" }]);
    await ecs.call("StopTask", { task: arn });
    await ecs.clock.advance(0);
    expect(await task(arn)).toMatchObject({ lastStatus: "STOPPED", stopCode: "UserInitiated" });
    gate.resolve();
    await ecs.clock.advance(0);
    expect(started()).toEqual([]);
  });

  it("while its container starts ends that container", async () => {
    const gate = Promise.withResolvers<void>();
    const { start } = ecs.runtime;
    ecs.runtime.start = async (spec) => {
      await gate.promise;
      return start.call(ecs.runtime, spec);
    };
    const arn = await run([{ name: "web" }]);
    await ecs.call("StopTask", { task: arn });
    await ecs.clock.advance(0);
    expect(await task(arn)).toMatchObject({ lastStatus: "STOPPING" });
    gate.resolve();
    await ecs.clock.advance(0);
    expect(await task(arn)).toMatchObject({ lastStatus: "STOPPED", containers: [{ exitCode: 143 }] });
  });
});

describe("starting a task", () => {
  it("fails on an image that is missing, and ends the containers beside it", async () => {
    const arn = await run([{ name: "web" }, { name: "proxy" }], { proxy: "missing" });
    expect(await task(arn)).toMatchObject({
      lastStatus: "STOPPED",
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(/^CannotPullContainerError: pull image manifest has been retried/),
    });
    expect(started()).toEqual([]);
  });

  it("refuses what it would have to ignore", async () => {
    const arn = await run([{ name: "web", restartPolicy: { enabled: true } }]);
    expect(await task(arn)).toMatchObject({ stopCode: "TaskFailedToStart", stoppedReason: /restartPolicy/ });
    const logConfiguration = { logDriver: "splunk" as const, secretOptions: [{ name: "a", valueFrom: "b" }] };
    const secret = await run([{ name: "web", logConfiguration }]);
    expect((await task(secret))?.stoppedReason).toContain("'logConfiguration.secretOptions' of container web");
    const off = await run([{ name: "web", restartPolicy: { enabled: false } }]);
    expect(await task(off)).toMatchObject({ lastStatus: "RUNNING" });
  });

  it("leaves the region to the task definition where that names one", async () => {
    await run([{ name: "web", environment: [{ name: "AWS_REGION", value: "eu-west-1" }] }]);
    expect(ecs.runtime.started[0]?.spec.environment).toMatchObject({
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "us-east-1",
      ECS_CONTAINER_METADATA_URI_V4: expect.stringContaining("/v4/"),
    });
  });
});
