import type { IAM } from "@aws-sdk/client-iam";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../clock.ts";
import { call } from "../../gateway/call.fixture.ts";
import type { Operations } from "../../gateway/service.ts";
import { iamService } from "./operations.ts";
import { RoleStore } from "./role-store.ts";

const MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
const ARN = "arn:aws:iam::000000000000:role/web";
let store: RoleStore;
let iam: Required<Operations<IAM>>;

beforeEach(() => {
  store = new RoleStore(new ManualClock(), "000000000000");
  iam = iamService(store).operations as Required<Operations<IAM>>;
});

const statement = (changes: object = {}) => ({
  Effect: "Allow",
  Principal: { Service: "ecs-tasks.amazonaws.com" },
  Action: "sts:AssumeRole",
  ...changes,
});
const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const create = async (AssumeRolePolicyDocument = policy(statement()), more: object = {}) =>
  iam.CreateRole({ RoleName: "web", AssumeRolePolicyDocument, ...more }, call);

describe("a role", () => {
  it("is made, found and deleted", async () => {
    const document = policy(statement());
    const { Role } = await create(document, { Path: "/app/", Description: "(web)" });
    expect(Role).toMatchObject({
      Arn: "arn:aws:iam::000000000000:role/app/web",
      Path: "/app/",
      MaxSessionDuration: 3600,
    });
    expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(document);
    expect(Role?.AssumeRolePolicyDocument).not.toMatch(/[{"(]/);
    expect(await iam.GetRole({ RoleName: "web" }, call)).toEqual({ Role });
    await expect(create()).rejects.toMatchObject({ code: "EntityAlreadyExistsException" });
    await iam.DeleteRole({ RoleName: "web" }, call);
    await expect((async () => iam.GetRole({ RoleName: "web" }, call))()).rejects.toMatchObject({
      code: "NoSuchEntityException",
      message: "The role with name web cannot be found.",
    });
  });

  it.each([
    ["{", {}, "MalformedPolicyDocumentException"],
    ["{}", {}, "MalformedPolicyDocumentException"],
    [policy(statement({ Effect: "Maybe" })), {}, "MalformedPolicyDocumentException"],
    [policy(statement()), { RoleName: "a b" }, "ValidationError"],
    [policy(statement()), { Path: "app" }, "ValidationError"],
    [policy(statement()), { MaxSessionDuration: 60 }, "ValidationError"],
    [policy(statement()), { PermissionsBoundary: MANAGED }, "NotImplemented"],
    [policy(statement({ Condition: "none" })), {}, "MalformedPolicyDocumentException"],
    [policy(statement({ Condition: { StringEquals: "x" } })), {}, "MalformedPolicyDocumentException"],
    [policy(statement()), { Description: "x".repeat(1001) }, "ValidationError"],
    [policy(statement()), { Description: "a\u0001b" }, "ValidationError"],
    [policy(statement()), { Tags: [{ Key: "x".repeat(129), Value: "" }] }, "InvalidInputException"],
    [policy(statement()), { Tags: ["a", "A"].map((Key) => ({ Key, Value: "" })) }, "InvalidInputException"],
  ])("is not made with %s and %j", async (document, more, code) => {
    await expect(create(document, more)).rejects.toMatchObject({ code });
  });

  it("keeps its policies, and goes only without them", async () => {
    await create();
    const RoleName = "web";
    await iam.AttachRolePolicy({ RoleName, PolicyArn: MANAGED }, call);
    expect(await iam.ListAttachedRolePolicies({ RoleName }, call)).toEqual({
      AttachedPolicies: [{ PolicyArn: MANAGED, PolicyName: "AmazonECSTaskExecutionRolePolicy" }],
      IsTruncated: false,
    });
    for (const PolicyName of ["one", "two"])
      await iam.PutRolePolicy({ RoleName, PolicyName, PolicyDocument: policy(statement()) }, call);
    const first = await iam.ListRolePolicies({ RoleName, MaxItems: 1 }, call);
    expect(first).toMatchObject({ PolicyNames: ["one"], IsTruncated: true });
    expect(await iam.ListRolePolicies({ RoleName, Marker: first.Marker ?? "" }, call)).toEqual({
      PolicyNames: ["two"],
      IsTruncated: false,
    });
    await expect((async () => iam.DeleteRole({ RoleName }, call))()).rejects.toThrow("must detach all policies first");
    await iam.DetachRolePolicy({ RoleName, PolicyArn: MANAGED }, call);
    await expect((async () => iam.DeleteRole({ RoleName }, call))()).rejects.toThrow("must delete policies first");
    for (const PolicyName of ["one", "two"]) await iam.DeleteRolePolicy({ RoleName, PolicyName }, call);
    await expect((async () => iam.GetRolePolicy({ RoleName, PolicyName: "one" }, call))()).rejects.toMatchObject({
      code: "NoSuchEntityException",
    });
    await expect(
      (async () => iam.AttachRolePolicy({ RoleName, PolicyArn: "arn:aws:iam::000000000000:policy/mine" }, call))(),
    ).rejects.toMatchObject({ code: "NoSuchEntityException" });
    await iam.DeleteRole({ RoleName }, call);
  });

  it("has so many policies at most", async () => {
    await create();
    const attach = async (name: string | number) =>
      iam.AttachRolePolicy({ RoleName: "web", PolicyArn: `arn:aws:iam::aws:policy/${name}` }, call);
    for (let index = 0; index < 10; index += 1) await attach(index);
    await attach(0);
    await expect(attach(10)).rejects.toMatchObject({ code: "LimitExceededException" });
    await expect(attach("a b")).rejects.toMatchObject({ code: "NoSuchEntityException" });
    const inline = async (PolicyName: string) => {
      const PolicyDocument = policy(statement({ Sid: "x".repeat(6000) }));
      return iam.PutRolePolicy({ RoleName: "web", PolicyName, PolicyDocument }, call);
    };
    await inline("one");
    await inline("one");
    await expect(inline("two")).rejects.toMatchObject({ code: "LimitExceededException" });
  });

  it("of a service is made once", async () => {
    const linked = async (AWSServiceName: string) => iam.CreateServiceLinkedRole({ AWSServiceName }, call);
    expect(await linked("ecs.amazonaws.com")).toMatchObject({
      Role: { Arn: "arn:aws:iam::000000000000:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS" },
    });
    await expect(linked("ecs.amazonaws.com")).rejects.toThrow("has been taken in this account");
    await expect(linked("constructor")).rejects.toMatchObject({ code: "InvalidInputException" });
  });
});

describe("whether ECS may assume a role", () => {
  const CONTEXT = {
    "aws:SourceAccount": "000000000000",
    "aws:SourceArn": "arn:aws:ecs:us-east-1:000000000000:cluster/c",
  };
  const condition = (Condition: object) => [statement({ Condition })];
  const both = { Service: ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"] };

  it.each<[string, boolean, object[]]>([
    ["names the service", true, [statement()]],
    ["names it among others", true, [statement({ Principal: both, Action: ["sts:TagSession", "sts:AssumeRole"] })]],
    ["allows every action", true, [statement({ Action: "sts:*" })]],
    ["names another service", false, [statement({ Principal: { Service: "ecs.amazonaws.com" } })]],
    ["names an account", false, [statement({ Principal: { AWS: "arn:aws:iam::000000000000:root" } })]],
    ["allows another action", false, [statement({ Action: "sts:AssumeRoleWithWebIdentity" })]],
    ["allows and denies", false, [statement(), statement({ Effect: "Deny" })]],
    ["has a condition that holds", true, condition({ StringEquals: { "aws:SourceAccount": "000000000000" } })],
    ["has a pattern that fits", true, condition({ ArnLike: { "aws:sourcearn": ["arn:aws:ecs:*:000000000000:*"] } })],
    ["has a condition that does not hold", false, condition({ StringEquals: { "aws:SourceAccount": "111111111111" } })],
    ["has a condition on what is not there", false, condition({ StringEquals: { "sts:ExternalId": "x" } })],
    ...["constructor", "toString", "valueOf", "hasOwnProperty"].map((operator): [string, boolean, object[]] => [
      `has the operator ${operator}`,
      false,
      condition({ [operator]: { "aws:SourceAccount": "111111111111" } }),
    ]),
    ["has an operator that is not known", false, condition({ Bool: { "aws:SourceAccount": "true" } })],
  ])("where its trust policy %s: %s", async (_what, assumable, statements) => {
    await create(policy(...statements));
    for (const role of ["web", ARN])
      expect(store.assumable(role, "ecs-tasks.amazonaws.com", CONTEXT) !== undefined).toBe(assumable);
  });

  it("follows a change of the trust policy", async () => {
    await create(policy(statement({ Principal: { Service: "lambda.amazonaws.com" } })));
    expect(store.assumable(ARN, "ecs-tasks.amazonaws.com", {})).toBeUndefined();
    await iam.UpdateAssumeRolePolicy({ RoleName: "web", PolicyDocument: policy(statement()) }, call);
    expect(store.assumable(ARN, "ecs-tasks.amazonaws.com", {})).toMatchObject({ arn: ARN });
  });
});
