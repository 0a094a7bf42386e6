import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { beforeEach, describe, expect, it } from "vitest";
import { addVersion } from "../../secretsmanager/secret.ts";
import { putParameter } from "../../ssm/put-parameter.ts";
import { type EcsHarness, startEcs } from "../ecs.fixture.ts";

const PREFIX =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:";
const ROLE = "arn:aws:iam::000000000000:role/execution";
let ecs: EcsHarness;

beforeEach(async () => {
  ecs = startEcs();
  trust("execution", "ecs-tasks.amazonaws.com");
  await ecs.call("CreateCluster", {});
});

function trust(name: string, service: string) {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  ecs.roles.create(name, {
    path: "/",
    description: undefined,
    maxSessionDuration: 3600,
    tags: [],
    trustPolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
}

function secret(name: string, ...values: string[]): string {
  const made = ecs.secrets.create(name, { description: undefined, tags: [] });
  for (const SecretString of values) addVersion(made, { SecretString }, { now: ecs.secrets.now() });
  return made.arn;
}

/** Runs a task whose container has these settings, until it runs or has stopped. */
async function run(settings: Partial<ContainerDefinition>, roles: { executionRoleArn?: string } = {}) {
  const taskDefinition = await ecs.register(
    "web:1",
    {},
    {
      executionRoleArn: ROLE,
      ...roles,
      containerDefinitions: [{ name: "web", image: "web:1", ...settings }],
    },
  );
  const { tasks } = await ecs.call("RunTask", {
    taskDefinition,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
  });
  await ecs.clock.advance(1_000);
  const described = await ecs.call("DescribeTasks", { tasks: [tasks?.[0]?.taskArn ?? ""] });
  return { task: described.tasks?.[0], environment: ecs.runtime.started.at(-1)?.spec.environment };
}

async function valueFound(valueFrom: string): Promise<string | undefined> {
  return (await run({ secrets: [{ name: "SECRET", valueFrom }] })).environment?.SECRET;
}

describe("secrets of a container", () => {
  it("come from parameters by name, by ARN and by version", async () => {
    for (const Value of ["one", "two"])
      putParameter(ecs.parameters, { Name: "/web/password", Value, Type: "SecureString", Overwrite: true }, "me");
    putParameter(ecs.parameters, { Name: "plain", Value: "text", Type: "String" }, "me");
    const arn = "arn:aws:ssm:us-east-1:000000000000:parameter";
    expect(await valueFound("/web/password")).toBe("two");
    expect(await valueFound(`${arn}/web/password`)).toBe("two");
    expect(await valueFound("/web/password:1")).toBe("one");
    expect(await valueFound(`${arn}/plain`)).toBe("text");
  });

  it("come from Secrets Manager by full and partial ARN, by member, stage and version", async () => {
    const arn = secret("db", '{"password":"old"}', '{"password":"new","port":5432,"big":123456789,"on":true}');
    const [first = ""] = [...ecs.secrets.find("db").versions.keys()];
    expect(await valueFound(`${arn}:password::`)).toBe("new");
    expect(await valueFound(`${arn.slice(0, -7)}:password::`)).toBe("new");
    expect(await valueFound(`${arn}:password:AWSPREVIOUS:`)).toBe("old");
    expect(await valueFound(`${arn}:password::${first}`)).toBe("old");
    expect(await valueFound(`${arn}:port::`)).toBe("5432");
    expect(await valueFound(`${arn}:big::`)).toBe("1.23456789e+08");
    expect(await valueFound(`${arn}:on::`)).toBe("true");
    expect(await valueFound(secret("text", "whole"))).toBe("whole");
  });

  it("are nowhere but in the container's environment", async () => {
    const { task, environment } = await run({ secrets: [{ name: "SECRET", valueFrom: secret("db", "hush-hush") }] });
    expect(environment?.SECRET).toBe("hush-hush");
    const services = await ecs.call("DescribeTaskDefinition", { taskDefinition: "web" });
    expect(JSON.stringify([task, services])).not.toContain("hush-hush");
  });

  const missing = "arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf";
  it.each([
    [
      "/gone",
      `${PREFIX} unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /gone`,
    ],
    [
      missing,
      `${PREFIX} unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${missing} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    ],
    [
      "arn:aws:secretsmanager:us-east-1:000000000000:secret:empty",
      `${PREFIX} unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:us-east-1:000000000000:secret:empty from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT`,
    ],
    [
      "arn:aws:secretsmanager:us-east-1:000000000000:secret:json:user::",
      `${PREFIX} unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key user`,
    ],
    [
      "arn:aws:secretsmanager:us-east-1:000000000000:secret:text:user::",
      `${PREFIX} unable to retrieve secret from asm: service call has been retried 1 time(s): invalid character 'p' looking for beginning of value`,
    ],
  ])("stop the task where %s cannot be read", async (valueFrom, stoppedReason) => {
    secret("empty");
    secret("json", '{"password":"x"}');
    secret("text", "plain");
    const { task } = await run({ secrets: [{ name: "SECRET", valueFrom }] });
    expect(task).toMatchObject({ lastStatus: "STOPPED", stopCode: "TaskFailedToStart", stoppedReason });
    expect(ecs.runtime.started).toEqual([]);
  });

  it("are checked when the task definition is registered", async () => {
    const register = (container: Partial<ContainerDefinition>, executionRoleArn?: string) =>
      ecs.register(
        "web:1",
        {},
        {
          ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
          containerDefinitions: [{ name: "web", image: "web:1", ...container }],
        },
      );
    const secrets = [{ name: "A", valueFrom: "/a" }];
    await expect(register({ secrets })).rejects.toThrow(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
    await expect(register({ secrets, environment: [{ name: "A", value: "1" }] }, ROLE)).rejects.toThrow("such as 'A'");
    await expect(register({ secrets: [{ name: "A", valueFrom: "a secret" }] }, ROLE)).rejects.toThrow(
      "The Systems Manager parameter name specified for secret A is invalid.",
    );
  });
});

describe("credentials of a private registry", () => {
  it("are handed to the runtime that pulls the image", async () => {
    const credentialsParameter = secret("registry", '{"username":"me","password":"hush"}');
    await run({ repositoryCredentials: { credentialsParameter } });
    expect(ecs.runtime.pulledWith).toEqual([{ username: "me", password: "hush" }]);
  });

  it.each([
    ["gone", /asm fetching secret from the service for gone: ResourceNotFoundException: Secrets Manager can't find/],
    ["text", /unable to unmarshal secret value$/],
    ["json", /the secret json has no username and password$/],
  ])("stop the task where the secret is %s", async (credentialsParameter, reason) => {
    secret("text", "plain");
    secret("json", '{"username":"me"}');
    const { task } = await run({ repositoryCredentials: { credentialsParameter } });
    expect(task).toMatchObject({ lastStatus: "STOPPED", stopCode: "TaskFailedToStart" });
    expect(task?.stoppedReason).toMatch(reason);
    expect(task?.stoppedReason).toContain("unable to get registry auth from asm");
  });
});

describe("the roles of a task", () => {
  const refusal = (role: string) =>
    `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`;

  it("are refused by RunTask where ECS may not assume them", async () => {
    trust("lambda", "lambda.amazonaws.com");
    for (const name of ["gone", "lambda"]) {
      const executionRoleArn = `arn:aws:iam::000000000000:role/${name}`;
      await expect(run({}, { executionRoleArn })).rejects.toMatchObject({
        code: "ClientException",
        message: refusal(executionRoleArn),
      });
    }
  });

  it("keep a service from launching tasks, and its deployment from completing", async () => {
    await ecs.steady({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } });
    const taskRoleArn = "arn:aws:iam::000000000000:role/gone";
    await ecs.call("UpdateService", {
      service: "web",
      taskDefinition: await ecs.register("web:2", {}, { taskRoleArn }),
    });
    await ecs.clock.advance(60_000);
    const events = await ecs.events();
    expect(events).toContain(`(service web) failed to launch a task with (error ${refusal(taskRoleArn)}).`);
    expect(events).toContain("(service web) rolling back to deployment D.");
    expect(await ecs.service()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: "COMPLETED" }] });
  });
});
