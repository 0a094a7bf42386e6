import type { PutParameterRequest, SSM } from "@aws-sdk/client-ssm";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../clock.ts";
import { account, call } from "../../gateway/call.fixture.ts";
import type { Operations } from "../../gateway/service.ts";
import { ssmService } from "./operations.ts";
import { ParameterStore } from "./parameter-store.ts";

let ssm: Operations<SSM>;

beforeEach(() => {
  const store = new ParameterStore(new ManualClock(), account);
  ssm = ssmService(store).operations as Operations<SSM>;
});

async function put(Name: string, Value: string, changes: Partial<PutParameterRequest> = {}) {
  return ssm.PutParameter?.({ Name, Value, Type: "String", ...changes }, call);
}

async function value(Name: string, WithDecryption = false) {
  return (await ssm.GetParameter?.({ Name, WithDecryption }, call))?.Parameter?.Value;
}

describe("PutParameter", () => {
  it("makes version after version, each of which stays readable", async () => {
    expect(await put("/a/b", "one")).toEqual({ Version: 1, Tier: "Standard" });
    expect(await put("/a/b", "two", { Overwrite: true })).toEqual({ Version: 2, Tier: "Standard" });
    expect(await value("/a/b")).toBe("two");
    expect(await value("/a/b:1")).toBe("one");
    expect(await value("arn:aws:ssm:us-east-1:000000000000:parameter/a/b:1")).toBe("one");
    await expect(value("/a/b:1:2")).rejects.toMatchObject({ code: "ParameterVersionNotFound" });
    await expect(value("/a/b:3")).rejects.toMatchObject({
      code: "ParameterVersionNotFound",
      message: "Systems Manager could not find version 3 of /a/b. Verify the version and try again.",
    });
  });

  it("seals a SecureString until it is decrypted", async () => {
    await put("password", "hush", { Type: "SecureString" });
    expect(await value("password", true)).toBe("hush");
    const sealed = await value("password");
    expect(Buffer.from(sealed ?? "", "base64").toString("latin1")).not.toContain("hush");
    expect(sealed).not.toBe(await value("password"));
  });

  it.each([
    ["aws-x", {}, "ValidationException", /can't be prefixed with "aws" or "ssm"/],
    ["a b", {}, "ValidationException", /can't be prefixed with/],
    ["a/b", {}, "ValidationException", /must be a fully qualified name/],
    [`/${"x/".repeat(15)}x`, {}, "HierarchyLevelLimitExceededException", /at most 15 levels/],
    ["a", { Value: "" }, "ValidationException", /length greater than or equal to 1/],
    ["a", { Type: undefined }, "ValidationException", /A parameter type is required when you create a parameter\./],
    ["a", { Type: "Secret" }, "UnsupportedParameterType", /Secret/],
    ["a", { Value: "x".repeat(4097) }, "ValidationException", /Standard tier parameters support .* 4096 characters/],
    ["a", { Value: "x".repeat(8193), Tier: "Advanced" }, "ValidationException", /8192/],
    ["a", { KeyId: "alias/mine" }, "NotImplemented", /alias\/mine/],
    ["a", { AllowedPattern: "^x" }, "NotImplemented", /AllowedPattern/],
    ["there", {}, "ParameterAlreadyExists", /set the overwrite option in the request to true/],
    ["there", { Overwrite: true, Type: "SecureString" }, "HierarchyTypeMismatchException", /can't be changed/],
    ["there", { Overwrite: true, Tags: [{ Key: "a", Value: "b" }] }, "ValidationException", /tags and overwrite/],
  ])("refuses %s with %j", async (name, changes, code, message) => {
    await put("there", "x");
    const refused = put(name, "x", changes as Partial<PutParameterRequest>);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(message);
  });

  it("chooses the tier that the value needs", async () => {
    const Tier = "Intelligent-Tiering";
    expect(await put("a", "x", { Tier })).toMatchObject({ Tier: "Standard" });
    expect(await put("b", "x".repeat(5000), { Tier })).toMatchObject({ Tier: "Advanced" });
  });

  it("never takes a parameter back from the advanced tier", async () => {
    await put("a", "x", { Tier: "Advanced" });
    for (const Tier of ["Intelligent-Tiering", "Advanced", undefined] as const)
      expect(await put("a", "y", { Overwrite: true, ...(Tier === undefined ? {} : { Tier }) })).toMatchObject({
        Tier: "Advanced",
      });
    await expect(put("a", "z", { Overwrite: true, Tier: "Standard" })).rejects.toThrow("can't downgrade a parameter");
    expect(await value("a")).toBe("y");
  });
});

describe("reading several parameters", () => {
  beforeEach(async () => {
    for (const name of ["/web/a", "/web/b/c", "/web/d", "/webs"]) await put(name, name);
  });

  it("names those that are not there", async () => {
    const { Parameters, InvalidParameters } =
      (await ssm.GetParameters?.({ Names: ["/web/a", "/x", "/web/a:9"] }, call)) ?? {};
    expect(Parameters?.map(({ Name }) => Name)).toEqual(["/web/a"]);
    expect(InvalidParameters).toEqual(["/x", "/web/a:9"]);
    await expect(
      (async () => ssm.GetParameters?.({ Names: Array.from({ length: 11 }, (_, index) => `p${index}`) }, call))(),
    ).rejects.toThrow(/have length less than or equal to 10/);
  });

  it("goes down a path, page by page", async () => {
    const under = async (input: object) => (await ssm.GetParametersByPath?.({ Path: "/web", ...input }, call)) ?? {};
    expect((await under({})).Parameters?.map(({ Name }) => Name)).toEqual(["/web/a", "/web/d"]);
    const first = await under({ Recursive: true, MaxResults: 2 });
    expect(first.Parameters?.map(({ Name }) => Name)).toEqual(["/web/a", "/web/b/c"]);
    const second = await under({ Recursive: true, MaxResults: 2, NextToken: first.NextToken });
    expect(second).toMatchObject({ Parameters: [{ Name: "/web/d" }] });
    expect(second.NextToken).toBeUndefined();
    await expect(under({ NextToken: "gone" })).rejects.toMatchObject({ code: "InvalidNextToken" });
  });

  it("describes them by filters, without their values", async () => {
    await put("secret", "hush", { Type: "SecureString" });
    const described = async (Key: string, Option: string, Values: string[]) =>
      (await ssm.DescribeParameters?.({ ParameterFilters: [{ Key, Option, Values }] }, call)) ?? {};
    expect((await described("Name", "BeginsWith", ["/web/"])).Parameters).toHaveLength(3);
    expect((await described("Name", "Contains", ["b/c"])).Parameters).toMatchObject([{ Name: "/web/b/c", Version: 1 }]);
    const secure = await described("Type", "Equals", ["SecureString"]);
    expect(secure.Parameters).toMatchObject([{ Name: "secret", KeyId: "alias/aws/ssm" }]);
    expect(JSON.stringify(secure)).not.toContain("hush");
    await expect(described("tag:a", "Equals", ["b"])).rejects.toMatchObject({ code: "NotImplemented" });
  });
});

describe("deleting and tagging", () => {
  it("deletes what is there and names what is not", async () => {
    await put("a", "x");
    await put("b", "x");
    expect(await ssm.DeleteParameters?.({ Names: ["a", "x"] }, call)).toEqual({
      DeletedParameters: ["a"],
      InvalidParameters: ["x"],
    });
    await ssm.DeleteParameter?.({ Name: "b" }, call);
    await expect((async () => ssm.DeleteParameter?.({ Name: "b" }, call))()).rejects.toMatchObject({
      code: "ParameterNotFound",
    });
  });

  it("keeps tags", async () => {
    await put("a", "x", { Tags: [{ Key: "team", Value: "one" }] });
    const resource = { ResourceType: "Parameter", ResourceId: "a" } as const;
    await ssm.AddTagsToResource?.({ ...resource, Tags: [{ Key: "team", Value: "two" }] }, call);
    expect(await ssm.ListTagsForResource?.(resource, call)).toEqual({ TagList: [{ Key: "team", Value: "two" }] });
    await expect(
      (async () => ssm.ListTagsForResource?.({ ...resource, ResourceId: "b" }, call))(),
    ).rejects.toMatchObject({ code: "InvalidResourceId" });
  });
});
