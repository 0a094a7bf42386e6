import {
  CreateClusterCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
} from "@aws-sdk/client-ecs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../clock.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { rootKeys } from "../../services/iam/root-keys.ts";
import { stsService } from "../../services/sts/operations.ts";
import { type Gateway, gateway } from "../gateway.ts";
import type { JournalEntry } from "../journal.ts";
import type { Service } from "../service.ts";

/** Clusters that are counted: each that is made has the next number. */
let clusterArns: string[];
const clusters: Service = {
  signingName: "ecs",
  protocol: "awsJson1_1",
  schemas: () => import("../../services/ecs/schemas.ts"),
  operations: {
    CreateCluster: () => {
      clusterArns.push(`arn:aws:ecs:us-east-1:000000000000:cluster/${clusterArns.length}`);
      return {};
    },
    ListClusters: () => ({ clusterArns }),
    DescribeClusters: () => ({ clusters: [] }),
    DescribeServices: () => {
      if (clusterArns.length === 0) throw new AwsError("ClusterNotFoundException", "Cluster not found.");
      return { services: [] };
    },
  },
};

let server: Gateway;
let endpoint: string;
let bugs: unknown[];

beforeEach(async () => {
  clusterArns = [];
  bugs = [];
  server = gateway({
    services: [stsService(), clusters],
    mounts: {},
    ownPages: new Map(),
    keys: rootKeys("000000000000"),
    clock: systemClock,
    unknownMembers: "refuse",
    onBug: (error) => bugs.push(error),
  });
  endpoint = `http://127.0.0.1:${await server.listen(0)}`;
});
afterEach(async () => {
  await server.close();
  expect(bugs).toEqual([]);
});

async function page(method: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${endpoint}/_localcloud/faults`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function inject(...faults: readonly object[]): Promise<void> {
  const { status, body } = await page("PUT", faults);
  expect(status, JSON.stringify(body)).toBe(200);
}

const config = (maxAttempts: number) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts,
});
const ecs = (maxAttempts = 1) => new ECSClient(config(maxAttempts));
const sts = () => new STSClient(config(1));

async function journal(): Promise<JournalEntry[]> {
  const answer = await fetch(`${endpoint}/_localcloud/journal`);
  return ((await answer.json()) as { calls: JournalEntry[] }).calls;
}

describe("a throttle", () => {
  it("is retried by the SDK until its count is used up, each attempt in the journal", async () => {
    await inject({ kind: "throttle", service: "ecs", operations: ["ListClusters"], count: 2 });
    const { $metadata } = await ecs(3).send(new ListClustersCommand({}));
    expect($metadata.attempts).toBe(3);
    expect(await journal()).toMatchObject([
      { operation: "ListClusters", status: 400, errorCode: "ThrottlingException", faults: ["throttle"] },
      { operation: "ListClusters", status: 400, errorCode: "ThrottlingException", faults: ["throttle"] },
      { operation: "ListClusters", status: 200 },
    ]);
    expect((await journal())[2]).not.toHaveProperty("faults");
  });

  it("has AWS's code, sentence and status in each protocol", async () => {
    await inject({ kind: "throttle" });
    const ofJson = await ecs()
      .send(new ListClustersCommand({}))
      .catch((error) => error);
    expect(ofJson).toMatchObject({
      name: "ThrottlingException",
      message: "Rate exceeded",
      $metadata: { httpStatusCode: 400 },
    });
    const ofQuery = await sts()
      .send(new GetCallerIdentityCommand({}))
      .catch((error) => error);
    expect(ofQuery).toMatchObject({ name: "Throttling", message: "Rate exceeded", $metadata: { httpStatusCode: 400 } });
  });
});

describe("a fault", () => {
  it("meets the calls after the first ones, at most its count", async () => {
    await inject({ kind: "throttle", operations: ["ListClusters"], after: 1, count: 1 });
    const met = async () =>
      (await ecs()
        .send(new ListClustersCommand({}))
        .catch(() => undefined)) === undefined;
    expect([await met(), await met(), await met()]).toEqual([false, true, false]);
    expect((await page("GET")).body).toMatchObject({ faults: [{ kind: "throttle", after: 1, count: 1, met: 1 }] });
  });

  it("meets the share that its rate says, the same calls for the same seed", async () => {
    const pattern = async (seed: number) => {
      await inject({ kind: "throttle", rate: 0.5, seed });
      const met: boolean[] = [];
      for (let call = 0; call < 24; call += 1)
        met.push(
          (await ecs()
            .send(new ListClustersCommand({}))
            .catch(() => undefined)) === undefined,
        );
      return met;
    };
    const first = await pattern(7);
    expect(first.filter(Boolean).length).toBeGreaterThan(5);
    expect(first.filter(Boolean).length).toBeLessThan(19);
    expect(await pattern(7)).toEqual(first);
    expect(await pattern(8)).not.toEqual(first);
  });

  it("leaves other operations and services alone, and ends when it is taken away", async () => {
    await inject({ kind: "throttle", service: "ecs", operations: ["CreateCluster"] });
    await ecs().send(new ListClustersCommand({}));
    await sts().send(new GetCallerIdentityCommand({}));
    await expect(ecs().send(new CreateClusterCommand({}))).rejects.toThrow("Rate exceeded");
    expect((await page("DELETE")).body).toEqual({ faults: [] });
    await ecs().send(new CreateClusterCommand({}));
  });

  it("is over when its time is", async () => {
    await inject({ kind: "throttle", forMs: 1 });
    const until = Date.now() + 2;
    while (Date.now() < until) await new Promise(setImmediate);
    await ecs().send(new ListClustersCommand({}));
  });
});

describe("the faults' page", () => {
  it.each([
    [{ kind: "throttle" }, /The body: Invalid type/],
    [[{ kind: "flood" }], /0\.kind: Invalid type/],
    [[{ kind: "latency" }], /0\.ms/],
    [[{ kind: "throttle", rate: 0 }], /0\.rate/],
    [[{ kind: "throttle", operation: "ListClusters" }], /0\.operation: /],
    [[{ kind: "throttle", service: "ec2" }], /0\.service: the local cloud has no service ec2, but sts, ecs\./],
    [
      [{ kind: "throttle", operations: ["ListCluster"] }],
      /0\.operations: the local cloud has no operation ListCluster\./,
    ],
    [[{ kind: "stale-reads", staleMs: 1, operations: ["CreateCluster"] }], /CreateCluster does not only read/],
  ])("refuses %j", async (body, message) => {
    const answer = await page("PUT", body);
    expect(answer).toMatchObject({ status: 400, body: { code: "ValidationException" } });
    expect(answer.body.message).toMatch(message);
    expect((await page("GET")).body).toEqual({ faults: [] });
  });
});

describe("an error", () => {
  it("is the service's own where its API has one, else the one that all share", async () => {
    await inject({ kind: "error" });
    const failure = { name: "ServerException", $fault: "server", $metadata: { httpStatusCode: 500 } };
    await expect(ecs().send(new ListClustersCommand({}))).rejects.toMatchObject(failure);
    await expect(sts().send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "InternalFailure" });
    await inject({ kind: "error", status: 503 });
    await expect(sts().send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "ServiceUnavailable",
      $metadata: { httpStatusCode: 503 },
    });
  });
});

describe("latency", () => {
  it("delays the answer, and other faults come after it", async () => {
    await inject({ kind: "latency", ms: 60 }, { kind: "throttle", count: 1 });
    await expect(ecs().send(new ListClustersCommand({}))).rejects.toThrow("Rate exceeded");
    const [entry] = await journal();
    expect(entry?.faults).toEqual(["latency", "throttle"]);
    expect(entry?.ms).toBeGreaterThanOrEqual(59);
  });
});

describe("a reset", () => {
  it("before the operation leaves it undone; the SDK tries again", async () => {
    await inject({ kind: "reset", operations: ["CreateCluster"], count: 1 });
    await ecs(2).send(new CreateClusterCommand({}));
    expect(clusterArns).toHaveLength(1);
    expect(await journal()).toMatchObject([{ status: 0, faults: ["reset"] }, { status: 200 }]);
  });

  it("after the operation hides that it was done: what is tried again is done twice", async () => {
    await inject({ kind: "reset", when: "after", operations: ["CreateCluster"], count: 1 });
    await ecs(2).send(new CreateClusterCommand({}));
    expect(clusterArns).toHaveLength(2);
  });

  it("after an operation hides that it was refused, too", async () => {
    await inject({ kind: "reset", when: "after", operations: ["DescribeClusters"] });
    const misspelt = { clusters: ["web"], include: 7 } as unknown as { clusters: string[] };
    await expect(ecs().send(new DescribeClustersCommand(misspelt))).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await journal()).toMatchObject([{ status: 0, faults: ["reset"] }]);
  });

  it("is a broken connection to the caller", async () => {
    await inject({ kind: "reset" });
    await expect(ecs().send(new ListClustersCommand({}))).rejects.toMatchObject({ code: "ECONNRESET" });
  });
});

describe("an expired token and a denial", () => {
  it("are spelled as each protocol spells them", async () => {
    await inject({ kind: "expired-token" });
    const message = "The security token included in the request is expired";
    await expect(ecs().send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: "ExpiredTokenException",
      message,
    });
    await expect(sts().send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "ExpiredToken",
      message,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("name the user, the action and the resource, once the signature is known to be good", async () => {
    await inject({ kind: "access-denied", operations: ["DescribeClusters"] });
    const cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/web";
    await expect(ecs().send(new DescribeClustersCommand({ clusters: [cluster] }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `User: arn:aws:iam::000000000000:root is not authorized to perform: ecs:DescribeClusters on resource: ${cluster} because no identity-based policy allows the ecs:DescribeClusters action`,
    });
    const forged = new ECSClient({ ...config(1), credentials: { accessKeyId: "test", secretAccessKey: "wrong" } });
    await expect(forged.send(new DescribeClustersCommand({}))).rejects.toThrow("signature");
    expect((await journal()).map(({ faults }) => faults)).toEqual([["access-denied"], undefined]);
  });
});

describe("stale reads", () => {
  it("answer what the same read was answered before, under the call's own request id", async () => {
    await inject({ kind: "stale-reads", staleMs: 60_000, operations: ["ListClusters"] });
    const list = () => ecs().send(new ListClustersCommand({}));
    const before = await list();
    await ecs().send(new CreateClusterCommand({}));
    const stale = await list();
    expect(stale.clusterArns).toEqual([]);
    expect(stale.$metadata.requestId).not.toBe(before.$metadata.requestId);
    expect((await ecs().send(new ListClustersCommand({ maxResults: 10 }))).clusterArns).toHaveLength(1);
    await page("DELETE");
    expect((await list()).clusterArns).toHaveLength(1);
  });

  it("answer that something is not there when it was made meanwhile", async () => {
    await inject({ kind: "stale-reads", staleMs: 60_000, operations: ["DescribeServices"] });
    const describeServices = () => ecs().send(new DescribeServicesCommand({ cluster: "0", services: ["web"] }));
    await expect(describeServices()).rejects.toMatchObject({ name: "ClusterNotFoundException" });
    await ecs().send(new CreateClusterCommand({}));
    await expect(describeServices()).rejects.toMatchObject({ name: "ClusterNotFoundException" });
    await page("DELETE");
    expect((await describeServices()).services).toEqual([]);
  });

  it("keep an XML answer's request id the call's own, too", async () => {
    await inject({ kind: "stale-reads", staleMs: 60_000 });
    const ids = [];
    for (let call = 0; call < 2; call += 1)
      ids.push((await sts().send(new GetCallerIdentityCommand({}))).$metadata.requestId);
    expect(new Set(ids).size).toBe(2);
  });
});
