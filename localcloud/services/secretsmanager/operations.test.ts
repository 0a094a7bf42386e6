import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../clock.ts";
import { account, call } from "../../gateway/call.fixture.ts";
import type { Operations } from "../../gateway/service.ts";
import { secretsManagerService } from "./operations.ts";
import { SecretStore } from "./secret-store.ts";

const DAY_MS = 24 * 60 * 60_000;
let clock: ManualClock;
let secrets: Required<Operations<SecretsManager>>;

beforeEach(() => {
  clock = new ManualClock();
  const store = new SecretStore(clock, account);
  secrets = secretsManagerService(store).operations as Required<Operations<SecretsManager>>;
});

const create = async (Name: string, SecretString?: string, more: object = {}) =>
  secrets.CreateSecret({ Name, ...(SecretString === undefined ? {} : { SecretString }), ...more }, call);
const read = async (SecretId: string, more: object = {}) => secrets.GetSecretValue({ SecretId, ...more }, call);
const put = async (SecretId: string, SecretString: string, more: object = {}) =>
  secrets.PutSecretValue({ SecretId, SecretString, ...more }, call);
const remove = async (SecretId: string, more: object = {}) => secrets.DeleteSecret({ SecretId, ...more }, call);

describe("the value of a secret", () => {
  it("is read by name, ARN and ARN without the suffix", async () => {
    const { ARN = "", VersionId } = await create("app/db", "hush");
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/db-[A-Za-z0-9]{6}$/);
    for (const id of ["app/db", ARN, ARN.slice(0, -7)])
      expect(await read(id)).toMatchObject({
        ARN,
        Name: "app/db",
        SecretString: "hush",
        VersionId,
        VersionStages: ["AWSCURRENT"],
      });
    await expect(read("gone")).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it("has a current and a previous version, and others by id", async () => {
    const { VersionId: first = "" } = await create("db", "one");
    const { VersionId: second = "" } = await put("db", "two");
    expect(await read("db")).toMatchObject({ SecretString: "two", VersionId: second });
    expect(await read("db", { VersionStage: "AWSPREVIOUS" })).toMatchObject({ SecretString: "one", VersionId: first });
    await put("db", "three");
    expect(await read("db", { VersionStage: "AWSPREVIOUS" })).toMatchObject({ SecretString: "two" });
    expect(await read("db", { VersionId: first })).toMatchObject({ SecretString: "one", VersionStages: [] });
    const { VersionIdsToStages } = await secrets.DescribeSecret({ SecretId: "db" }, call);
    expect(Object.values(VersionIdsToStages ?? {})).toEqual([["AWSPREVIOUS"], ["AWSCURRENT"]]);
    await expect(read("db", { VersionId: first, VersionStage: "AWSCURRENT" })).rejects.toMatchObject({
      code: "InvalidRequestException",
    });
    await expect(read("db", { VersionStage: "MINE" })).rejects.toThrow("for staging label: MINE");
    await put("db", "four", { VersionStages: ["MINE"] });
    expect(await read("db", { VersionStage: "MINE" })).toMatchObject({ SecretString: "four" });
    expect(await read("db")).toMatchObject({ SecretString: "three" });
  });

  it("may be bytes, but not both, and not missing", async () => {
    await create("raw");
    await expect(read("raw")).rejects.toThrow("for staging label: AWSCURRENT");
    const SecretBinary = Buffer.from([1, 2, 255]);
    await secrets.PutSecretValue({ SecretId: "raw", SecretBinary }, call);
    expect((await read("raw")).SecretBinary).toEqual(SecretBinary);
    await expect(put("raw", "text", { SecretBinary })).rejects.toMatchObject({ code: "InvalidParameterException" });
    await expect((async () => secrets.PutSecretValue({ SecretId: "raw" }, call))()).rejects.toThrow(
      "You must provide either SecretString or SecretBinary.",
    );
    await expect(put("raw", "x".repeat(65_537))).rejects.toMatchObject({ code: "InvalidParameterException" });
  });

  it("is put once by a token, however often it is sent", async () => {
    const ClientRequestToken = "00000000-0000-0000-0000-000000000001";
    const made = await create("db", "one", { ClientRequestToken });
    expect(await create("db", "one", { ClientRequestToken })).toEqual(made);
    await expect(put("db", "two", { ClientRequestToken })).rejects.toMatchObject({ code: "ResourceExistsException" });
    await expect(put("db", "two", { ClientRequestToken: "short" })).rejects.toThrow("32-64 characters");
  });

  it("is updated with the description", async () => {
    await create("db", "one", { Description: "first", Tags: [{ Key: "team", Value: "a" }] });
    await secrets.UpdateSecret({ SecretId: "db", Description: "second", SecretString: "two" }, call);
    expect(await read("db")).toMatchObject({ SecretString: "two" });
    const described = await secrets.DescribeSecret({ SecretId: "db" }, call);
    expect(described).toMatchObject({ Description: "second", Tags: [{ Key: "team", Value: "a" }] });
    expect(JSON.stringify(described)).not.toContain("two");
  });

  it.each([
    ["a b", {}, "ValidationException", /^Invalid name\./],
    ["a", { Description: "x".repeat(2049) }, "ValidationException", /'description'/],
    ["a", { ClientRequestToken: "short" }, "InvalidParameterException", /32-64 characters/],
    ["there", {}, "ResourceExistsException", /the secret there already exists/],
    ["a", { KmsKeyId: "alias/mine" }, "NotImplemented", /alias\/mine/],
    ["a", { AddReplicaRegions: [{ Region: "eu-west-1" }] }, "NotImplemented", /AddReplicaRegions/],
    ["a", { Tags: [{ Key: "aws:x", Value: "" }] }, "InvalidParameterException", /aws:x/],
  ])("is not made as %s with %j", async (name, more, code, message) => {
    await create("there", "x");
    await expect(create(name, "x", more)).rejects.toMatchObject({ code });
    await expect(create(name, "x", more)).rejects.toThrow(message);
    expect((await secrets.ListSecrets({}, call)).SecretList?.map(({ Name }) => Name)).toEqual(["there"]);
  });

  it.each([
    [[], "InvalidParameterException"],
    [["x".repeat(257)], "InvalidParameterException"],
    [Array.from({ length: 20 }, (_, index) => `stage${index}`), "LimitExceededException"],
  ])("has no version with the labels %j", async (VersionStages, code) => {
    await create("db", "one");
    await expect(put("db", "two", { VersionStages })).rejects.toMatchObject({ code });
    expect(await read("db")).toMatchObject({ SecretString: "one", VersionStages: ["AWSCURRENT"] });
  });

  it("is not looked for by what no secret can be named", async () => {
    await expect(read("db#password")).rejects.toMatchObject({ code: "ValidationException" });
    await expect(read("rds!cluster")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });
});

describe("deleting a secret", () => {
  it("waits for the recovery window, in which it can be restored", async () => {
    await create("db", "one");
    const { DeletionDate } = await remove("db", { RecoveryWindowInDays: 7 });
    expect(DeletionDate?.getTime()).toBe(clock.now() + 7 * DAY_MS);
    await expect(read("db")).rejects.toThrow("because it was marked for deletion");
    await expect(put("db", "two")).rejects.toMatchObject({ code: "InvalidRequestException" });
    await expect(create("db", "two")).rejects.toThrow("already scheduled for deletion");
    await expect(remove("db")).rejects.toThrow("currently marked deleted");
    await secrets.RestoreSecret({ SecretId: "db" }, call);
    await clock.advance(8 * DAY_MS);
    expect(await read("db")).toMatchObject({ SecretString: "one" });
    await remove("db");
    await clock.advance(29 * DAY_MS);
    expect(await secrets.DescribeSecret({ SecretId: "db" }, call)).toMatchObject({ Name: "db" });
    await clock.advance(1 * DAY_MS);
    await expect(read("db")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });

  it("is done at once where it is forced, also when nothing is there", async () => {
    await create("db", "one");
    await remove("db", { ForceDeleteWithoutRecovery: true });
    await expect(read("db")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    expect(await remove("db", { ForceDeleteWithoutRecovery: true })).toMatchObject({ Name: "db" });
    await expect(remove("db")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    await expect(remove("db", { RecoveryWindowInDays: 6 })).rejects.toThrow("between 7 and 30 days");
    await expect(remove("db", { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true })).rejects.toThrow(
      "in conjunction with",
    );
  });
});

describe("ListSecrets", () => {
  it("pages, filters by name, and leaves out what waits to be deleted", async () => {
    for (const name of ["app/a", "app/b", "other"]) await create(name, "hush");
    const list = async (input: object) => secrets.ListSecrets(input, call);
    const first = await list({ MaxResults: 2, SortOrder: "asc" });
    expect(first.SecretList?.map(({ Name }) => Name)).toEqual(["app/a", "app/b"]);
    const second = await list({ MaxResults: 2, SortOrder: "asc", NextToken: first.NextToken });
    expect(second.SecretList?.map(({ Name }) => Name)).toEqual(["other"]);
    expect(JSON.stringify(first)).not.toContain("hush");
    const named = await list({ Filters: [{ Key: "name", Values: ["app/"] }] });
    expect(named.SecretList?.map(({ Name }) => Name)).toEqual(["app/b", "app/a"]);
    await remove("app/a");
    expect((await list({})).SecretList).toHaveLength(2);
    expect((await list({ IncludePlannedDeletion: true })).SecretList).toHaveLength(3);
    await expect(list({ Filters: [{ Key: "all", Values: ["x"] }] })).rejects.toMatchObject({ code: "NotImplemented" });
    await expect(list({ NextToken: "gone" })).rejects.toMatchObject({ code: "InvalidNextTokenException" });
  });
});
