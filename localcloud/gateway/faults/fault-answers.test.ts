/** What a call that meets a fault is answered, each kind of fault. */
import {
  CreateClusterCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
} from "@aws-sdk/client-ecs";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { clusterArns, config, ecs, inject, journal, page, sts, useFaultyGateway } from "./faulty-gateway.fixture.ts";

useFaultyGateway();

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

describe("an answer that is not AWS's", () => {
  it("is a page to sign in, in place of the operation", async () => {
    await inject({ kind: "captive-portal" });
    await expect(ecs().send(new CreateClusterCommand({}))).rejects.toMatchObject({
      name: "SyntaxError",
      $metadata: { httpStatusCode: 200 },
      $response: { headers: { "content-type": "text/html" } },
    });
    expect(clusterArns).toEqual([]);
  });

  it("is cut off in the middle, after the operation", async () => {
    await inject({ kind: "truncated", operations: ["ListClusters"] });
    await ecs().send(new CreateClusterCommand({}));
    await expect(ecs().send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: "SyntaxError",
      message: expect.stringContaining("Unterminated string in JSON"),
    });
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
