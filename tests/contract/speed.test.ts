/** AWS's waits at a thousandth: what would take minutes passes before a test would be given up. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type TargetHealth,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { sdkConfig, startCloud } from "./sdk.ts";
import { makeTargetGroup } from "./target-group.ts";

let cloud: LocalCloud;
let elb: ElasticLoadBalancingV2Client;
let target: Server;

beforeAll(async () => {
  cloud = await startCloud({ runtime: "process", speed: 1000 });
  elb = new ElasticLoadBalancingV2Client(sdkConfig(cloud));
  target = createServer((_request, response) => void response.end()).listen(0, "127.0.0.1");
  await once(target, "listening");
});
afterAll(async () => {
  target.close();
  await cloud.close();
});

/** Resolves when the target is in the state; `undefined` is gone. */
async function becomes(TargetGroupArn: string, state: TargetHealth["State"] | undefined): Promise<void> {
  for (;;) {
    const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    if (TargetHealthDescriptions[0]?.TargetHealth?.State === state) return;
    await sleep(5);
  }
}

describe("a local cloud at a speed", () => {
  it("checks health and drains in a share of AWS's time, by answers that take their own", async () => {
    const TargetGroupArn = await makeTargetGroup(cloud, 8932);
    const Targets = [{ Id: "127.0.0.1", Port: (target.address() as AddressInfo).port }];
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    await becomes(TargetGroupArn, "healthy");
    target.close();
    // Two failures, 30 s apart.
    await becomes(TargetGroupArn, "unhealthy");
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
    // 300 s.
    await becomes(TargetGroupArn, undefined);
  });

  it("takes signatures of the real time, and shows times that are ahead of it", async () => {
    const ecs = new ECSClient(sdkConfig(cloud));
    await ecs.send(new CreateClusterCommand({}));
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "web",
        containerDefinitions: [{ name: "web", image: "web", memory: 64 }],
      }),
    );
    // More than the five minutes that a signature's time may be off.
    expect(Number(taskDefinition?.registeredAt) - Date.now()).toBeGreaterThan(5 * 60_000);
  });
});
