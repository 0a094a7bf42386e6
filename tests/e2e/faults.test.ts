/** The engine against a cloud that throttles, breaks connections and answers what is no longer so. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { elapsed, engineClock, travelling } from "../../bench/lag/virtual-time.ts";
import { deployInput } from "../../core/deployment/deploy-input.ts";
import { deployService } from "../../core/deployment/deploy-service.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { VirtualClock } from "../../localcloud/virtual-clock.ts";
import { sdkConfig, startCloud } from "../contract/sdk.ts";

const clock = new VirtualClock();
let cloud: LocalCloud;
let ecs: ECSClient;
let releases = 0;

beforeAll(async () => {
  cloud = await startCloud({ runtime: "simulated", clock });
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  }))
    vi.stubEnv(name, value);
  ecs = new ECSClient(sdkConfig(cloud));
  await page("PUT", "simulation", {
    images: [
      { image: "good", pullSeconds: 5, stopSeconds: 2 },
      { image: "bad", startSeconds: 3, exitsAfterSeconds: 2 },
    ],
  });
  await ecs.send(new CreateClusterCommand({}));
  await ecs.send(
    new CreateServiceCommand({
      serviceName: "web",
      taskDefinition: await register("good"),
      desiredCount: 2,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: [cloud.network.subnets[0]?.subnetId ?? ""] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    }),
  );
  await clock.run(() => elapsed(clock, 120_000));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});
beforeEach(() => page("DELETE", "faults"));

async function page(method: string, name: string, body?: unknown): Promise<void> {
  const answer = await fetch(`${cloud.endpoint}/_localcloud/${name}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

const inject = (...faults: readonly object[]) => page("PUT", "faults", faults);

/** A revision that no other release has. */
async function register(image: string): Promise<string> {
  releases += 1;
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "web",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "web", image: `${image}:${releases}` }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? "";
}

/** @param maxRetries of a call, which waits in real time before each: the clock stands still while it is on its way */
async function deploy(taskDefinitionArn: string, maxRetries = 4, force = false) {
  const input = deployInput.parse({
    service: "web",
    "task-definition-arn": taskDefinitionArn,
    "wait-for-service-stability": true,
    "force-new-deployment": force,
  });
  const log = { step() {}, warn() {}, progress() {} };
  const { signal } = new AbortController();
  const virtual = engineClock(clock);
  const clients = travelling(awsClients({ maxRetries }), clock);
  return clock.run(() => deployService(clients, input, { log, clock: virtual, signal }));
}

async function deploymentsMade(): Promise<number> {
  const { serviceDeployments = [] } = await ecs.send(new ListServiceDeploymentsCommand({ service: "web" }));
  return serviceDeployments.length;
}

describe("deployService", () => {
  it("says deployed where half of the readings are throttled or fail", async () => {
    const good = await register("good");
    await inject(
      { kind: "throttle", operations: ["DescribeServices"], rate: 0.3, seed: 3, after: 1 },
      { kind: "error", status: 503, operations: ["DescribeServices"], rate: 0.3, seed: 4, after: 1 },
    );
    expect(await deploy(good, 0)).toMatchObject({ outcome: "deployed" });
  });

  it.each([false, true])("makes one deployment where the answer to its update was lost, forced: %s", async (force) => {
    const [good, before] = [await register("good"), await deploymentsMade()];
    await inject({ kind: "reset", when: "after", operations: ["UpdateService"], count: 1 });
    expect(await deploy(good, 4, force)).toMatchObject({ outcome: "deployed", taskDefinitionArn: good });
    expect(await deploymentsMade()).toBe(before + 1);
  });

  it.each([2_000, 15_000])("is not misled by readings that are %i ms old", async (staleMs) => {
    const [good, bad] = [await register("good"), await register("bad")];
    await inject({ kind: "stale-reads", staleMs });
    expect(await deploy(good)).toMatchObject({ outcome: "deployed", taskDefinitionArn: good });
    await clock.run(() => elapsed(clock, 60_000));
    expect(await deploy(bad)).toMatchObject({ outcome: "rolled-back" });
  });

  it("ends at once where its credentials expire, and says what goes on", async () => {
    const good = await register("good");
    await inject({ kind: "expired-token", operations: ["DescribeServices"], after: 4 });
    await expect(deploy(good)).rejects.toThrow(/expired.*goes on without being watched/s);
  });
});
