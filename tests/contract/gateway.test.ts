import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { awsCli, describeWithAwsCli } from "./aws-cli.ts";
import { sdkConfig, startCloud } from "./sdk.ts";

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

describe("the gateway, spoken to by the SDK for JavaScript", () => {
  it("tells who called", async () => {
    const identity = await new STSClient(sdkConfig(cloud)).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: "000000000000", Arn: "arn:aws:iam::000000000000:root" });
  });

  it("answers the EC2 query protocol with lists and filters", async () => {
    const ec2 = new EC2Client(sdkConfig(cloud));
    const { Subnets } = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: "availability-zone", Values: ["us-east-1b"] }] }),
    );
    expect(Subnets).toMatchObject([{ SubnetId: "subnet-0a1b2c3d4e5f6071b", DefaultForAz: true }]);
    await expect(ec2.send(new DescribeSubnetsCommand({ SubnetIds: ["subnet-1"] }))).rejects.toMatchObject({
      name: "InvalidSubnetID.NotFound",
      message: "The subnet ID 'subnet-1' does not exist",
    });
  });

  it("refuses a key it does not know and a signature that does not match", async () => {
    const sign = (accessKeyId: string, secretAccessKey: string) =>
      new STSClient({ ...sdkConfig(cloud), credentials: { accessKeyId, secretAccessKey } }).send(
        new GetCallerIdentityCommand({}),
      );
    await expect(sign("AKIAUNKNOWN", "test")).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await expect(sign("test", "wrong")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });
});

describe("the gateway, spoken to by anyone", () => {
  const authorization =
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/SERVICE/aws4_request, SignedHeaders=host, Signature=00";

  it("refuses foreign hosts and web pages", async () => {
    const { get } = await import("node:http");
    const status = (headers: Record<string, string>) =>
      new Promise((resolve) => get(cloud.endpoint, { headers }, (response) => resolve(response.resume().statusCode)));
    expect(await status({ host: "evil.example" })).toBe(403);
    expect(await status({ origin: "https://evil.example" })).toBe(403);
  });

  it("answers 501 with the name of what it does not implement", async () => {
    const call = (service: string, target: string) =>
      fetch(cloud.endpoint, {
        method: "POST",
        headers: { authorization: authorization.replace("SERVICE", service), "x-amz-target": target },
      });
    const service = await call("kinesis", "Kinesis_20131202.ListStreams");
    expect(service.status).toBe(501);
    expect(await service.json()).toMatchObject({ message: "The local cloud does not implement the service kinesis." });
    const operation = await fetch(`${cloud.endpoint}/?Action=AssumeRoot`, {
      headers: { authorization: authorization.replace("SERVICE", "sts") },
    });
    expect(operation.status).toBe(501);
    expect(await operation.text()).toContain("The local cloud does not implement sts:AssumeRoot.");
  });

  it("refuses what is not signed, and what is larger than any request", async () => {
    expect(await (await fetch(cloud.endpoint, { method: "POST" })).text()).toContain("MissingAuthenticationToken");
    const large = await fetch(cloud.endpoint, { method: "POST", body: Buffer.alloc(9 * 1024 * 1024) }).then(
      (response) => response.status,
      (error) => error.cause.code,
    );
    expect([413, "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]).toContain(large);
  });

  it("keeps a journal of every call", async () => {
    await new STSClient(sdkConfig(cloud)).send(new GetCallerIdentityCommand({}));
    const { calls } = (await (await fetch(`${cloud.endpoint}/_localcloud/journal`)).json()) as { calls: unknown[] };
    expect(calls.at(-1)).toMatchObject({
      principal: "arn:aws:iam::000000000000:root",
      service: "sts",
      operation: "GetCallerIdentity",
      status: 200,
    });
  });
});

describeWithAwsCli("the gateway, spoken to by the AWS CLI", () => {
  it("tells who called, and lists subnets", async () => {
    const aws = awsCli(cloud.endpoint);
    expect(await aws("sts", "get-caller-identity")).toMatchObject({ Account: "000000000000" });
    expect(await aws("ec2", "describe-subnets")).toMatchObject({
      Subnets: [{ AvailabilityZone: "us-east-1a" }, { AvailabilityZone: "us-east-1b" }],
    });
    await expect(aws("ec2", "describe-vpcs", "--vpc-ids", "vpc-1")).rejects.toThrow("InvalidVpcID.NotFound");
  });
});
