import type { EC2 } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import type { Operations } from "../../gateway/service.ts";
import { defaultNetwork } from "./network.ts";
import { ec2Service } from "./operations.ts";

const { DescribeVpcs } = ec2Service(defaultNetwork("us-east-1"), "0").operations as Operations<EC2>;

describe("describing the default network", () => {
  it("filters", () => {
    const vpcs = (Name: string, value: string) => DescribeVpcs?.({ Filters: [{ Name, Values: [value] }] }, call);
    expect(vpcs("is-default", "true")).toMatchObject({ Vpcs: [{ IsDefault: true }] });
    expect(vpcs("is-default", "false")).toEqual({ Vpcs: [] });
    for (const name of ["nonsense", "constructor", "__proto__"])
      expect(() => vpcs(name, "x")).toThrow(`The filter '${name}' is invalid`);
    expect(() => vpcs("cidr", "172.*")).toThrow("does not match the wildcards");
  });

  it("is not done in a dry run", () => {
    expect(() => DescribeVpcs?.({ DryRun: true }, call)).toThrow(
      expect.objectContaining({ code: "DryRunOperation", status: 412 }),
    );
  });
});
