/**
 * Deploys to ten services at once, one deployment after the other to each, half of them bad, and prints a sample for
 * each as JSON. A process of its own, for it changes `setTimeout`.
 */
import { resolve } from "node:path";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { type LocalCloud, startLocalCloud } from "../../localcloud/local-cloud.ts";
import { seededRandom } from "../../localcloud/seeded-random.ts";
import { VirtualClock } from "../../localcloud/virtual-clock.ts";
import { call, elapsed, engineClock, VirtualSleepers } from "./virtual-time.ts";
import { describe, type Watched, type World, watchByEngine, watchByPoll, watchByWaiter } from "./watchers.ts";

const SERVICES = 10;
const DEPLOYMENTS_EACH = 8;
const CLUSTER = "lag";
const [SHORTEST_SECONDS, LONGEST_SECONDS] = [20, 180];
const HEALTH_INTERVAL_SECONDS = 5;

/** What one deployment came to; seconds. */
export interface LagSample {
  readonly expected: "deployed" | "rolled-back";
  /** From the answer of UpdateService to the end of the deployment. */
  readonly seconds: number;
  readonly engine: Late;
  readonly waiter: Late;
  readonly poll: Late;
}

interface Late {
  /** From the end of the deployment until it was said. */
  readonly lag: number;
  readonly callsPerSecond: number;
}

interface Release {
  readonly expected: LagSample["expected"];
  readonly image: string;
  readonly script: object;
}

const random = seededRandom(20);

function release(service: number, index: number): Release {
  const image = `lag-${service}:${index}`;
  const seconds = SHORTEST_SECONDS + (LONGEST_SECONDS - SHORTEST_SECONDS) * random();
  if (index % 2 === 0) {
    const stopSeconds = 3;
    const startSeconds = seconds - HEALTH_INTERVAL_SECONDS - stopSeconds;
    return { expected: "deployed", image, script: { image, startSeconds, stopSeconds } };
  }
  // Two tasks fail, and after two seconds two more: the circuit breaker counts to three.
  const each = (seconds - 2) / 2;
  const script =
    index % 4 === 1
      ? { image, pullSeconds: each, cannotPull: "no space left on device" }
      : { image, startSeconds: each - 5, unhealthyAfterSeconds: 0, exitsAfterSeconds: 5 };
  return { expected: "rolled-back", image, script };
}

async function register({ clock, ecs }: World, image: string): Promise<string> {
  const family = image.replace(":", "-");
  const healthCheck = { command: ["CMD", "check"], interval: HEALTH_INTERVAL_SECONDS };
  const { taskDefinition } = await call(clock, () =>
    ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [{ name: "web", image, healthCheck }],
      }),
    ),
  );
  return taskDefinition?.taskDefinitionArn ?? "";
}

async function makeService(world: World, cloud: LocalCloud, serviceName: string): Promise<void> {
  const taskDefinition = await register(world, `first-${serviceName}:1`);
  await call(world.clock, () =>
    world.ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName,
        taskDefinition,
        desiredCount: 2,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: [cloud.network.subnets[0]?.subnetId ?? ""] } },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    ),
  );
  while ((await describe(world, serviceName)).deployments?.[0]?.rolloutState !== "COMPLETED")
    await elapsed(world.clock, 1_000);
}

async function deploy(world: World, service: string, { expected, image }: Release): Promise<LagSample> {
  const taskDefinitionArn = await register(world, image);
  const updated = Promise.withResolvers<number>();
  const onUpdated = () => updated.resolve(world.clock.now());
  const watching = watchByEngine(world, { service, taskDefinitionArn, onUpdated });
  const from = await Promise.race([
    updated.promise,
    watching.then(({ outcome }) => Promise.reject(new Error(outcome))),
  ]);
  const [engine, waiter, poll] = await Promise.all([
    watching,
    watchByWaiter(world, service),
    watchByPoll(world, service),
  ]);
  if (engine.outcome !== expected) throw new Error(`${service} ${image}: ${engine.outcome}, not ${expected}`);
  const { deployments = [] } = await describe(world, service);
  const end = Number(deployments[0]?.updatedAt);
  const late = ({ at, calls }: Watched): Late => ({
    lag: (at - end) / 1000,
    callsPerSecond: calls / ((at - from) / 1000),
  });
  return { expected, seconds: (end - from) / 1000, engine: late(engine), waiter: late(waiter), poll: late(poll) };
}

async function measure(): Promise<LagSample[]> {
  const clock = new VirtualClock(Date.now());
  const cloud = await startLocalCloud({
    port: 0,
    runtime: "simulated",
    clock,
    reaperEntry: resolve(import.meta.dirname, "../../localcloud/runtime/reaper/main.ts"),
    onBug: (error) => {
      throw error;
    },
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  const ecs = new ECSClient({});
  // The clients keep under AWS's rates by a clock: the virtual one, on which these calls never come too fast.
  const clients = awsClients({ clock: engineClock(clock) });
  const world = { clock, sleepers: new VirtualSleepers(clock), ecs, clients, cluster: CLUSTER };
  const services = Array.from({ length: SERVICES }, (_, service) => ({
    name: `service-${service}`,
    releases: Array.from({ length: DEPLOYMENTS_EACH }, (_, index) => release(service, index)),
  }));
  const scripts = services.flatMap(({ name, releases }) => [
    { image: `first-${name}:1` },
    ...releases.map(({ script }) => script),
  ]);
  try {
    const answer = await fetch(`${cloud.endpoint}/_localcloud/simulation`, {
      method: "PUT",
      body: JSON.stringify({ images: scripts }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return await clock.run(async () => {
      await call(clock, () => ecs.send(new CreateClusterCommand({ clusterName: CLUSTER })));
      const samples = services.map(async ({ name, releases }) => {
        await makeService(world, cloud, name);
        const taken: LagSample[] = [];
        for (const next of releases) taken.push(await deploy(world, name, next));
        return taken;
      });
      return (await Promise.all(samples)).flat();
    });
  } finally {
    await cloud.close();
  }
}

console.log(JSON.stringify(await measure()));
