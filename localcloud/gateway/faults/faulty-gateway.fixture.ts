/** A gateway of two small services, whose calls meet the faults that a test puts on the faults' page. */
import { ECSClient } from "@aws-sdk/client-ecs";
import { STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect } from "vitest";
import { systemClock } from "../../clock.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { rootKeys } from "../../services/iam/root-keys.ts";
import { stsService } from "../../services/sts/operations.ts";
import { type Gateway, gateway } from "../gateway.ts";
import type { JournalEntry } from "../journal.ts";
import type { Service } from "../service.ts";

/** Clusters that are counted: each that is made has the next number. */
export let clusterArns: string[];
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

/** To be called where a test file begins: each of its tests has a gateway of its own, without a bug. */
export function useFaultyGateway(): void {
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
}

export async function page(method: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${endpoint}/_localcloud/faults`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

export async function inject(...faults: readonly object[]): Promise<void> {
  const { status, body } = await page("PUT", faults);
  expect(status, JSON.stringify(body)).toBe(200);
}

export const config = (maxAttempts: number) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts,
});
export const ecs = (maxAttempts = 1) => new ECSClient(config(maxAttempts));
export const sts = () => new STSClient(config(1));

export async function journal(): Promise<JournalEntry[]> {
  const answer = await fetch(`${endpoint}/_localcloud/journal`);
  return ((await answer.json()) as { calls: JournalEntry[] }).calls;
}
