/** Faults, met by clients that know what to make of them. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { describeWithAwsCli } from "./aws-cli.ts";
import { sdkConfig, startCloud } from "./sdk.ts";

const run = promisify(execFile);
let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

async function inject(...faults: readonly object[]): Promise<void> {
  const answer = await fetch(`${cloud.endpoint}/_localcloud/faults`, { method: "PUT", body: JSON.stringify(faults) });
  expect(answer.status, await answer.text()).toBe(200);
}

/** The last calls of the journal, oldest first. */
async function journal(last: number): Promise<unknown[]> {
  const answer = await fetch(`${cloud.endpoint}/_localcloud/journal`);
  return ((await answer.json()) as { calls: unknown[] }).calls.slice(-last);
}

describe("faults, met by the SDK for JavaScript", () => {
  it("are retried where the load balancing API throttles", async () => {
    await inject({ kind: "throttle", service: "elasticloadbalancing", count: 1 });
    const elb = new ElasticLoadBalancingV2Client({ ...sdkConfig(cloud), maxAttempts: 2 });
    const { $metadata } = await elb.send(new DescribeTargetGroupsCommand({}));
    expect($metadata.attempts).toBe(2);
    expect(await journal(2)).toMatchObject([
      { status: 400, errorCode: "Throttling", faults: ["throttle"] },
      { status: 200 },
    ]);
  });
});

describeWithAwsCli("faults, met by the AWS CLI", () => {
  const aws = (...args: string[]) =>
    run("aws", args, {
      env: {
        PATH: process.env.PATH,
        HOME: "/nonexistent",
        AWS_ENDPOINT_URL: cloud.endpoint,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_DEFAULT_REGION: "us-east-1",
        AWS_RETRY_MODE: "standard",
        AWS_MAX_ATTEMPTS: "3",
      },
    });

  it("are retried after a throttle, a failure and a reset", async () => {
    const operations = ["ListClusters"];
    await inject({ kind: "throttle", operations, count: 1 }, { kind: "error", status: 503, operations, count: 1 });
    await aws("ecs", "list-clusters");
    expect(await journal(3)).toMatchObject([{ faults: ["throttle"] }, { faults: ["error"] }, { status: 200 }]);
    await inject({ kind: "reset", operations: ["DescribeSubnets"], count: 1 });
    await aws("ec2", "describe-subnets");
    expect(await journal(2)).toMatchObject([{ faults: ["reset"], status: 0 }, { status: 200 }]);
  });

  it("end it where retrying makes no sense", async () => {
    await inject({ kind: "expired-token" });
    await expect(aws("ecs", "list-clusters")).rejects.toThrow("ExpiredTokenException");
    await expect(aws("ec2", "describe-subnets")).rejects.toThrow("RequestExpired");
    await inject({ kind: "access-denied" });
    await expect(aws("elbv2", "describe-target-groups")).rejects.toThrow(
      "is not authorized to perform: elasticloadbalancing:DescribeTargetGroups on resource: * because",
    );
    await expect(aws("ec2", "describe-subnets")).rejects.toThrow("UnauthorizedOperation");
  });
});
