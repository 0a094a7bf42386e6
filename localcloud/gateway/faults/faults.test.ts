/** Which calls a fault meets, and what the faults' page takes. */
import { CreateClusterCommand, ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { config, ecs, inject, page, sts, useFaultyGateway } from "./faulty-gateway.fixture.ts";

useFaultyGateway();

describe("a fault", () => {
  it("meets the calls of one program alone", async () => {
    await inject({ kind: "throttle", service: "ecs", userAgent: "ecs-pipeline" });
    const list = (customUserAgent: string) =>
      new ECSClient({ ...config(1), customUserAgent }).send(new ListClustersCommand({}));
    await expect(list("ecs-pipeline")).rejects.toMatchObject({ name: "ThrottlingException" });
    expect(await list("somebody-else")).toMatchObject({ clusterArns: [] });
  });

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
