/** Three that wait for the same deployment: the engine, the SDK's waiter, a poll every 15 s. */
import { DescribeServicesCommand, ECSClient, type Service, waitUntilServicesStable } from "@aws-sdk/client-ecs";
import { deployInput } from "../../core/deployment/deploy-input.ts";
import { deployService } from "../../core/deployment/deploy-service.ts";
import type { Clients } from "../../core/platform/aws/clients.ts";
import type { VirtualClock } from "../../localcloud/virtual-clock.ts";
import { call, elapsed, engineClock, travelling, type VirtualSleepers } from "./virtual-time.ts";

const LONGEST_SECONDS = 6 * 60 * 60;
const POLL_MS = 15_000;

export interface Watched {
  /** When it said that it is over, milliseconds of the clock. */
  readonly at: number;
  readonly calls: number;
}

export interface World {
  readonly clock: VirtualClock;
  readonly sleepers: VirtualSleepers;
  readonly ecs: ECSClient;
  readonly clients: Clients;
  readonly cluster: string;
}

/** Deploys and waits. `onUpdated` when UpdateService was answered; the calls are those after it. */
export async function watchByEngine(
  { clock, clients, cluster }: World,
  deployment: { readonly service: string; readonly taskDefinitionArn: string; readonly onUpdated: () => void },
): Promise<Watched & { readonly outcome: string }> {
  let calls = 0;
  const counting = travelling(clients, clock, (operation) => {
    calls += 1;
    if (operation !== "updateService") return;
    calls = 0;
    deployment.onUpdated();
  });
  const input = deployInput.parse({
    cluster,
    service: deployment.service,
    "task-definition-arn": deployment.taskDefinitionArn,
    "wait-for-service-stability": true,
  });
  const silent = { step() {}, warn() {}, progress() {} };
  const { signal } = new AbortController();
  const { outcome } = await deployService(counting, input, { log: silent, clock: engineClock(clock), signal });
  return { at: clock.now(), calls, outcome };
}

/** `waitUntilServicesStable` as programs call it, with the SDK's own delays. */
export async function watchByWaiter(world: World, service: string): Promise<Watched> {
  const { clock, sleepers, cluster } = world;
  const client = new ECSClient({});
  let calls = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      calls += 1;
      return sleepers.outside(() => call(clock, () => next(args)));
    },
    { step: "initialize", name: "travel" },
  );
  const params = { client, maxWaitTime: LONGEST_SECONDS };
  await sleepers.inside(() => waitUntilServicesStable(params, { cluster, services: [service] }));
  client.destroy();
  return { at: clock.now(), calls };
}

/** What `aws ecs wait services-stable` does, without its end after 40 attempts. */
export async function watchByPoll(world: World, service: string): Promise<Watched> {
  for (let calls = 1; ; calls += 1) {
    const { deployments = [], runningCount, desiredCount } = await describe(world, service);
    if (deployments.length === 1 && runningCount === desiredCount) return { at: world.clock.now(), calls };
    await elapsed(world.clock, POLL_MS);
  }
}

export async function describe({ clock, ecs, cluster }: World, service: string): Promise<Service> {
  const { services } = await call(clock, () => ecs.send(new DescribeServicesCommand({ cluster, services: [service] })));
  return services?.[0] ?? {};
}
