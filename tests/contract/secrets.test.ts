/** Parameters, secrets and roles: spoken to by the SDK for JavaScript and the AWS CLI, and read by a real task. */
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  waitUntilTasksRunning,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  paginateListSecrets,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { pushVersion } from "../fixtures/demo-service.ts";
import { type AwsCli, awsCli, describeWithAwsCli } from "./aws-cli.ts";
import { run } from "./referee.ts";
import { sdkConfig, startCloud } from "./sdk.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
/** Says what it was given, and stays. */
const PROGRAM =
  "console.log(JSON.stringify([process.env.PASSWORD, process.env.TOKEN, process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI])); setInterval(() => {}, 1000)";
let cloud: LocalCloud;
let ssm: SSMClient;
let secrets: SecretsManagerClient;
let iam: IAMClient;

beforeAll(async () => {
  cloud = await startCloud();
  ssm = new SSMClient(sdkConfig(cloud));
  secrets = new SecretsManagerClient(sdkConfig(cloud));
  iam = new IAMClient(sdkConfig(cloud));
});
afterAll(() => cloud.close());

describe("the SDK for JavaScript", () => {
  it("puts and reads parameters", async () => {
    await ssm.send(new PutParameterCommand({ Name: "/sdk/a", Value: "hush", Type: "SecureString" }));
    const { Parameters, InvalidParameters } = await ssm.send(
      new GetParametersCommand({ Names: ["/sdk/a", "/sdk/b"], WithDecryption: true }),
    );
    expect(Parameters).toMatchObject([{ Name: "/sdk/a", Value: "hush", Version: 1 }]);
    expect(Parameters?.[0]?.LastModifiedDate).toBeInstanceOf(Date);
    expect(InvalidParameters).toEqual(["/sdk/b"]);
    await expect(ssm.send(new GetParameterCommand({ Name: "/sdk/b" }))).rejects.toMatchObject({
      name: "ParameterNotFound",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("makes and reads secrets, as text and as bytes, and pages them", async () => {
    await secrets.send(new CreateSecretCommand({ Name: "sdk/text", SecretString: "hush" }));
    await secrets.send(new CreateSecretCommand({ Name: "sdk/bytes", SecretBinary: Buffer.from([0, 255]) }));
    expect(await secrets.send(new GetSecretValueCommand({ SecretId: "sdk/text" }))).toMatchObject({
      SecretString: "hush",
      VersionStages: ["AWSCURRENT"],
    });
    const { SecretBinary = new Uint8Array() } = await secrets.send(
      new GetSecretValueCommand({ SecretId: "sdk/bytes" }),
    );
    expect([...SecretBinary]).toEqual([0, 255]);
    const pages: unknown[] = [];
    for await (const { SecretList = [] } of paginateListSecrets({ client: secrets, pageSize: 1 }, { SortOrder: "asc" }))
      pages.push(SecretList.map(({ Name }) => Name));
    expect(pages).toEqual([["sdk/text"], ["sdk/bytes"]]);
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: "gone" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it("makes and finds roles", async () => {
    await iam.send(new CreateRoleCommand({ RoleName: "sdk", AssumeRolePolicyDocument: TRUST }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "sdk" }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(TRUST);
    expect(Role?.CreateDate).toBeInstanceOf(Date);
    await expect(iam.send(new GetRoleCommand({ RoleName: "gone" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describeWithAwsCli("the AWS CLI", () => {
  let aws: AwsCli;

  beforeAll(() => {
    aws = awsCli(cloud.endpoint);
  });

  it("puts, reads, lists and deletes parameters", async () => {
    const put = ["ssm", "put-parameter", "--name", "/cli/a", "--type", "SecureString"];
    expect(await aws(...put, "--value", "one")).toEqual({ Version: 1, Tier: "Standard" });
    await expect(aws(...put, "--value", "two")).rejects.toThrow(/\(ParameterAlreadyExists\)/);
    expect(await aws(...put, "--value", "two", "--overwrite")).toMatchObject({ Version: 2 });
    expect(await aws("ssm", "get-parameter", "--name", "/cli/a", "--with-decryption")).toMatchObject({
      Parameter: { Value: "two", Version: 2, Type: "SecureString" },
    });
    expect(await aws("ssm", "get-parameters-by-path", "--path", "/cli")).toMatchObject({
      Parameters: [{ Name: "/cli/a", Value: expect.not.stringContaining("two") }],
    });
    await aws("ssm", "delete-parameter", "--name", "/cli/a");
    await expect(aws("ssm", "get-parameter", "--name", "/cli/a")).rejects.toThrow(/\(ParameterNotFound\)/);
  });

  it("makes, rotates, deletes and restores secrets", async () => {
    const { ARN } = await aws("secretsmanager", "create-secret", "--name", "cli", "--secret-string", "one");
    await aws("secretsmanager", "put-secret-value", "--secret-id", "cli", "--secret-string", "two");
    const read = ["secretsmanager", "get-secret-value", "--secret-id", String(ARN)];
    expect(await aws(...read)).toMatchObject({ SecretString: "two" });
    expect(await aws(...read, "--version-stage", "AWSPREVIOUS")).toMatchObject({ SecretString: "one" });
    await aws("secretsmanager", "delete-secret", "--secret-id", "cli", "--recovery-window-in-days", "7");
    await expect(aws(...read)).rejects.toThrow(/\(InvalidRequestException\)/);
    await aws("secretsmanager", "restore-secret", "--secret-id", "cli");
    expect(await aws(...read)).toMatchObject({ SecretString: "two" });
    await aws("secretsmanager", "delete-secret", "--secret-id", "cli", "--force-delete-without-recovery");
    await expect(aws(...read)).rejects.toThrow(/\(ResourceNotFoundException\)/);
  });

  it("makes roles and gives them policies", async () => {
    const name = ["--role-name", "cli"];
    await aws("iam", "create-role", ...name, "--assume-role-policy-document", TRUST);
    const arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    await aws("iam", "attach-role-policy", ...name, "--policy-arn", arn);
    await aws("iam", "put-role-policy", ...name, "--policy-name", "inline", "--policy-document", TRUST);
    expect(await aws("iam", "get-role", ...name)).toMatchObject({
      Role: { RoleName: "cli", AssumeRolePolicyDocument: JSON.parse(TRUST) },
    });
    expect(await aws("iam", "list-attached-role-policies", ...name)).toMatchObject({
      AttachedPolicies: [{ PolicyArn: arn }],
    });
    expect(await aws("iam", "list-role-policies", ...name)).toEqual({ PolicyNames: ["inline"] });
    await expect(aws("iam", "delete-role", ...name)).rejects.toThrow(/\(DeleteConflict\)/);
  });

  it("works inside a task with the task role's credentials, next to its secrets", { timeout: 60_000 }, async () => {
    const { said, stop } = await runTask();
    const [password, token, credentialsUri = ""] = said;
    expect([password, token]).toEqual(["from ssm", "from asm"]);
    const env = {
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: credentialsUri,
    };
    const identity = () => run("aws", ["sts", "get-caller-identity", "--output", "json"], { env });
    expect(JSON.parse(await identity())).toMatchObject({
      Arn: expect.stringMatching(/^arn:aws:sts::000000000000:assumed-role\/task\/[0-9a-f]{32}$/),
    });
    await stop();
    await expect(identity()).rejects.toThrow(/redentials/);
    expect(await (await fetch(`${cloud.endpoint}/_localcloud/journal`)).text()).not.toMatch(/from (ssm|asm)/);
  });
});

/** Starts a task that says what it was given. */
async function runTask(): Promise<{ said: string[]; stop: () => Promise<void> }> {
  const ecs = new ECSClient(sdkConfig(cloud));
  const logs = new CloudWatchLogsClient(sdkConfig(cloud));
  await new ECRClient(sdkConfig(cloud)).send(new CreateRepositoryCommand({ repositoryName: "ecs-demo" }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: "secrets" }));
  await ecs.send(new CreateClusterCommand({}));
  for (const RoleName of ["task", "execution"])
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
  await ssm.send(new PutParameterCommand({ Name: "/task/password", Value: "from ssm", Type: "SecureString" }));
  const { ARN } = await secrets.send(
    new CreateSecretCommand({ Name: "task", SecretString: JSON.stringify({ token: "from asm" }) }),
  );
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "secrets",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      executionRoleArn: "arn:aws:iam::000000000000:role/execution",
      taskRoleArn: "arn:aws:iam::000000000000:role/task",
      containerDefinitions: [
        {
          name: "web",
          image: await pushVersion(cloud, "1.0.0"),
          entryPoint: ["node", "-e", PROGRAM],
          secrets: [
            { name: "PASSWORD", valueFrom: "/task/password" },
            { name: "TOKEN", valueFrom: `${ARN}:token::` },
          ],
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": "secrets", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" },
          },
        },
      ],
    }),
  );
  const { tasks } = await ecs.send(
    new RunTaskCommand({
      taskDefinition: taskDefinition?.taskDefinitionArn,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
    }),
  );
  const task = tasks?.[0]?.taskArn ?? "";
  await waitUntilTasksRunning({ client: ecs, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { tasks: [task] });
  expect(JSON.stringify(await ecs.send(new DescribeTasksCommand({ tasks: [task] })))).not.toMatch(/from (ssm|asm)/);
  const said = await expect
    .poll(() => firstLine(logs), { timeout: 10_000 })
    .toBeDefined()
    .then(() => firstLine(logs));
  return {
    said: JSON.parse(said ?? "[]"),
    stop: async () => {
      await ecs.send(new StopTaskCommand({ task }));
      await expect
        .poll(async () => (await ecs.send(new DescribeTasksCommand({ tasks: [task] }))).tasks?.[0]?.lastStatus, {
          timeout: 10_000,
        })
        .toBe("STOPPED");
    },
  };
}

async function firstLine(logs: CloudWatchLogsClient): Promise<string | undefined> {
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: "secrets" }));
  return events?.[0]?.message;
}
