/** Simulated tasks on a virtual clock, over the wire: AWS's own waits, without waiting. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { VirtualClock } from "../../localcloud/virtual-clock.ts";
import { sdkConfig, startCloud } from "./sdk.ts";
import { makeTargetGroup } from "./target-group.ts";

const clock = new VirtualClock();
let cloud: LocalCloud;
let ecs: ECSClient;

beforeAll(async () => {
  cloud = await startCloud({ runtime: "simulated", clock });
  ecs = new ECSClient(sdkConfig(cloud));
  await script({ image: "good", pullSeconds: 10, startSeconds: 2, healthyAfterSeconds: 5, stopSeconds: 3 });
  await ecs.send(new CreateClusterCommand({}));
});
afterAll(() => cloud.close());

async function script(...images: readonly object[]): Promise<void> {
  const answer = await fetch(`${cloud.endpoint}/_localcloud/simulation`, {
    method: "PUT",
    body: JSON.stringify({ images }),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

async function register(image: string): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "web",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "web", image, portMappings: [{ containerPort: 80 }] }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? "";
}

async function make(serviceName: string, taskDefinition: string, targetGroupArn?: string): Promise<void> {
  await ecs.send(
    new CreateServiceCommand({
      serviceName,
      taskDefinition,
      desiredCount: 2,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: [cloud.network.subnets[0]?.subnetId ?? ""] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      ...(targetGroupArn === undefined
        ? {}
        : { loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 80 }] }),
    }),
  );
}

async function described(...services: string[]): Promise<Service[]> {
  return (await ecs.send(new DescribeServicesCommand({ services }))).services ?? [];
}

/** Seconds until the only deployment of each of the services, ten at most, is COMPLETED; looks every so many. */
function settled(services: readonly string[], everySeconds = 1): Promise<number> {
  const from = clock.now();
  const isSettled = ({ deployments = [] }: Service) =>
    deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
  return clock.run(async () => {
    for (;;) {
      await new Promise<void>((resolve) => clock.after(everySeconds * 1_000, resolve));
      const seen = await clock.during(() => described(...services));
      if (seen.every(isSettled)) return (clock.now() - from) / 1000;
    }
  });
}

describe("simulated tasks", () => {
  it("roll behind a load balancer in AWS's time, which takes none", async () => {
    await make("web", await register("good"), await makeTargetGroup(cloud, 8931));
    // Pull 10 s, start 2 s; the first health check comes too early, the next one 30 s later.
    expect(await settled(["web"])).toBe(42);
    await ecs.send(new UpdateServiceCommand({ service: "web", taskDefinition: await register("good:2") }));
    // The same again, then 300 s of draining and 3 s to stop.
    expect(await settled(["web"])).toBe(345);
    const [listener] = cloud.listeners();
    expect((await fetch(`http://127.0.0.1:${listener?.boundPort}/`)).status).toBe(502);
  });

  it("that exit again and again trip the circuit breaker", async () => {
    await script({ image: "good" }, { image: "bad", exitsAfterSeconds: 5, exitCode: 9 });
    const good = await register("good");
    await make("breaking", good);
    await settled(["breaking"]);
    await ecs.send(new UpdateServiceCommand({ service: "breaking", taskDefinition: await register("bad") }));
    await settled(["breaking"]);
    const [{ deployments, events = [] } = {}] = await described("breaking");
    expect(deployments).toMatchObject([{ taskDefinition: good, rolloutState: "COMPLETED" }]);
    expect(events.map(({ message }) => message).join("\n")).toContain("deployment failed: tasks failed to start.");
  });

  it("by the hundred take no processes and little time", async () => {
    await script({ image: "good", startSeconds: [1, 30] });
    const taskDefinition = await register("good");
    const names = Array.from({ length: 100 }, (_, index) => `fleet-${index}`);
    for (const name of names) await make(name, taskDefinition);
    const tens = Array.from({ length: 10 }, (_, index) => names.slice(index * 10, index * 10 + 10));
    // 40 s after RUNNING a task that nothing checks counts as healthy.
    for (const seconds of await Promise.all(tens.map((ten) => settled(ten, 3)))) {
      expect(seconds).toBeGreaterThan(60);
      expect(seconds).toBeLessThanOrEqual(72);
    }
  });
});
