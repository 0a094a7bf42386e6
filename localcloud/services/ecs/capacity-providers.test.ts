import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import { beforeEach, describe, expect, it } from "vitest";
import { nextProvider, spread } from "./capacity-strategy.ts";
import { type EcsHarness, startEcs } from "./ecs.fixture.ts";

const PROVIDERS = ["FARGATE", "FARGATE_SPOT"];
const STRATEGY: CapacityProviderStrategyItem[] = [
  { capacityProvider: "FARGATE", weight: 1, base: 2 },
  { capacityProvider: "FARGATE_SPOT", weight: 3, base: 0 },
];
const NETWORK = { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } } };
let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

const associate = (strategy: CapacityProviderStrategyItem[] = []) =>
  ecs.call("PutClusterCapacityProviders", {
    cluster: "default",
    capacityProviders: PROVIDERS,
    defaultCapacityProviderStrategy: strategy,
  });

/** How many tasks run on each provider. */
async function placed(): Promise<Record<string, number>> {
  const names = (await ecs.tasks()).map(({ capacityProviderName = "none" }) => capacityProviderName);
  return Object.fromEntries([...new Set(names)].sort().map((name) => [name, names.filter((n) => n === name).length]));
}

describe("a capacity provider strategy", () => {
  it("fills the base first, then goes by the weights", () => {
    expect(spread(STRATEGY, 6)).toEqual([
      "FARGATE",
      "FARGATE",
      "FARGATE_SPOT",
      "FARGATE_SPOT",
      "FARGATE",
      "FARGATE_SPOT",
    ]);
    const counts = spread(STRATEGY, 102).filter((name) => name === "FARGATE").length;
    expect(counts).toBe(27);
    expect(spread([], 2)).toEqual([undefined, undefined]);
  });

  it("makes up for what is missing", () => {
    const running = new Map([["FARGATE", 2]]);
    expect(nextProvider(STRATEGY, (name) => running.get(name) ?? 0)).toBe("FARGATE_SPOT");
    expect(nextProvider(STRATEGY, (name) => (name === "FARGATE" ? 1 : 9))).toBe("FARGATE");
  });
});

describe("the capacity providers of a cluster", () => {
  it("are Fargate's two", async () => {
    const { capacityProviders } = await ecs.call("DescribeCapacityProviders", {});
    expect(capacityProviders).toMatchObject([
      { name: "FARGATE", status: "ACTIVE" },
      { name: "FARGATE_SPOT", status: "ACTIVE" },
    ]);
    expect(await ecs.call("DescribeCapacityProviders", { capacityProviders: ["mine"] })).toMatchObject({
      capacityProviders: [],
      failures: [{ arn: "mine", reason: "MISSING" }],
    });
  });

  it("are put with the cluster or on it", async () => {
    await ecs.call("CreateCluster", {
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }],
    });
    const describeCluster = async () => (await ecs.call("DescribeClusters", {})).clusters?.[0];
    expect(await describeCluster()).toMatchObject({
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
    });
    await associate(STRATEGY);
    expect(await describeCluster()).toMatchObject({
      capacityProviders: PROVIDERS,
      defaultCapacityProviderStrategy: STRATEGY,
    });
  });

  it.each<[string, CapacityProviderStrategyItem[], RegExp]>([
    ["is not associated", [{ capacityProvider: "mine", weight: 1 }], /not associated with the cluster/],
    [
      "comes twice",
      [
        { capacityProvider: "FARGATE", weight: 1 },
        { capacityProvider: "FARGATE", weight: 1 },
      ],
      /only once/,
    ],
    ["has no weight", [{ capacityProvider: "FARGATE" }], /weight value greater than 0/],
    ["has too much weight", [{ capacityProvider: "FARGATE", weight: 1001 }], /between 0 and 1000/],
    [
      "has a base like another",
      PROVIDERS.map((capacityProvider) => ({ capacityProvider, weight: 1, base: 1 })),
      /Only one/,
    ],
  ])("are refused in a strategy where one %s", async (_what, strategy, message) => {
    await ecs.call("CreateCluster", {});
    await expect(associate(strategy)).rejects.toThrow(message);
  });

  it("cannot be taken away while a service uses them, nor be others than Fargate's", async () => {
    await ecs.call("CreateCluster", {});
    await associate();
    const taskDefinition = await ecs.register("web:1");
    await ecs.call("CreateService", {
      serviceName: "web",
      taskDefinition,
      desiredCount: 1,
      capacityProviderStrategy: STRATEGY,
      ...NETWORK,
    });
    const put = (capacityProviders: string[]) =>
      ecs.call("PutClusterCapacityProviders", {
        cluster: "default",
        capacityProviders,
        defaultCapacityProviderStrategy: [],
      });
    await expect(put(["FARGATE"])).rejects.toMatchObject({ code: "ResourceInUseException" });
    await expect(put([...PROVIDERS, "mine"])).rejects.toThrow("The specified capacity provider does not exist.");
  });
});

describe("a service with a capacity provider strategy", () => {
  const create = async (more: object) => {
    await ecs.createService(await ecs.register("web:1"), { desiredCount: 6, ...more });
    await ecs.clock.advance(60_000);
  };

  beforeEach(async () => {
    await ecs.call("CreateCluster", {});
    await associate(STRATEGY);
  });

  it("places its tasks by it and shows it instead of a launch type", async () => {
    await ecs.call("CreateService", {
      serviceName: "web",
      taskDefinition: await ecs.register("web:1"),
      desiredCount: 6,
      capacityProviderStrategy: STRATEGY,
      ...NETWORK,
    });
    await ecs.clock.advance(60_000);
    expect(await placed()).toEqual({ FARGATE: 3, FARGATE_SPOT: 3 });
    const service = await ecs.service();
    expect(service).toMatchObject({
      capacityProviderStrategy: STRATEGY,
      deployments: [{ capacityProviderStrategy: STRATEGY }],
    });
    expect(service.launchType).toBeUndefined();
    expect((await ecs.tasks()).map(({ launchType }) => launchType)).toEqual(Array(6).fill("FARGATE"));
  });

  it("takes the cluster's where nothing is given", async () => {
    await ecs.call("CreateService", {
      serviceName: "web",
      taskDefinition: await ecs.register("web:1"),
      desiredCount: 2,
      ...NETWORK,
    });
    expect((await ecs.service()).capacityProviderStrategy).toEqual(STRATEGY);
  });

  it("is not given a launch type, too", async () => {
    await expect(create({ capacityProviderStrategy: STRATEGY })).rejects.toThrow(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  });

  it("gets another one by a forced deployment only", async () => {
    await create({});
    expect(await placed()).toEqual({ none: 6 });
    const change = { service: "web", capacityProviderStrategy: STRATEGY };
    await expect(ecs.call("UpdateService", change)).rejects.toThrow("you must force a new deployment.");
    await ecs.call("UpdateService", { ...change, forceNewDeployment: true });
    await ecs.clock.advance(60_000);
    expect(await placed()).toEqual({ FARGATE: 3, FARGATE_SPOT: 3 });
    await ecs.call("UpdateService", { service: "web", capacityProviderStrategy: [], forceNewDeployment: true });
    expect(await ecs.service()).toMatchObject({ launchType: "FARGATE", deployments: [{ launchType: "FARGATE" }, {}] });
  });

  it("is like a task that RunTask starts", async () => {
    const run = {
      taskDefinition: await ecs.register("web:1"),
      count: 4,
      capacityProviderStrategy: STRATEGY,
      ...NETWORK,
    };
    const { tasks } = await ecs.call("RunTask", { ...run, enableECSManagedTags: true });
    expect(tasks?.map(({ capacityProviderName }) => capacityProviderName)).toEqual([
      "FARGATE",
      "FARGATE",
      "FARGATE_SPOT",
      "FARGATE_SPOT",
    ]);
    expect(tasks?.[0]?.tags).toEqual([{ key: "aws:ecs:clusterName", value: "default" }]);
    await expect(ecs.call("RunTask", { ...run, launchType: "FARGATE" })).rejects.toThrow("Specifying both");
  });
});
