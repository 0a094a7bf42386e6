/** What `preflight: full` finds of a release before anything is changed, of what would else fail minutes later. */

import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import type { Release } from "./release.ts";

/** Whether it is there cannot be asked Amazon ECR. */
const elsewhere = "example.com/web:1";

const flags = ["--preflight", "full", "--wait-until", "deployed"];

function found(
  name: string,
  release: (stage: FailureStage) => Release | Promise<Release>,
  what: RegExp,
  remedy: RegExp,
): Failure {
  return {
    name: `found beforehand: ${name}`,
    runtimes: ["simulated"],
    release: async (stage) => ({ image: elsewhere, flags, ...(await release(stage)) }),
    seen: {
      outcome: "PREFLIGHT_FAILED",
      exitCode: 1,
      why: new RegExp(`^the deployment would fail: ${what.source}$`),
      fix: new RegExp(`^${remedy.source} Nothing was registered or updated\\.$`),
      mutating: [],
    },
  };
}

const role = "arn:aws:iam::000000000000:role/";

export const preflightFailures: readonly Failure[] = [
  found(
    "image missing",
    ({ endpoint }) => ({ image: `${new URL(endpoint).host}/ecs-demo:never-pushed` }),
    /image [\d.:]+\/ecs-demo:never-pushed does not exist/,
    /Push [\d.:]+\/ecs-demo:never-pushed, or correct the image\./,
  ),
  found(
    "execution role missing",
    () => ({ edit: (definition) => ({ ...definition, executionRoleArn: `${role}none` }) }),
    /role arn:aws:iam::000000000000:role\/none does not exist/,
    /Create role arn:aws:iam::000000000000:role\/none, or correct its ARN\./,
  ),
  found(
    "a role that is not for tasks",
    async ({ config }) => {
      await makeRoleOf("codebuild.amazonaws.com", "build", config);
      return { edit: (definition) => ({ ...definition, taskRoleArn: `${role}build` }) };
    },
    /the trust policy of role arn:aws:iam::000000000000:role\/build does not name ecs-tasks\.amazonaws\.com/,
    /Let ecs-tasks\.amazonaws\.com assume role arn:aws:iam::000000000000:role\/build in its trust policy\./,
  ),
  found(
    "another container than the load balancer's",
    () => ({ edit: (definition) => ofWeb(definition, { name: "app" }) }),
    /the load balancer of service web sends requests to container web, which the task definition does not have/,
    /Name a container web\./,
  ),
  found(
    "another port than the load balancer's",
    () => ({ edit: (definition) => ofWeb(definition, { portMappings: [{ containerPort: 9090 }] }) }),
    /the load balancer of service web sends requests to port 8080 of container web, which has no port mapping for it/,
    /Map containerPort 8080 of container web\./,
  ),
  found(
    "several at once",
    () => ({
      edit: (definition) => ofWeb({ ...definition, executionRoleArn: `${role}none` }, { portMappings: [] }),
    }),
    /.* port 8080 of container web, .*; role .*role\/none does not exist/,
    /Map containerPort 8080 of container web\. Create role .*role\/none, or correct its ARN\./,
  ),
];

function ofWeb(definition: RegisterTaskDefinitionRequest, change: ContainerDefinition): RegisterTaskDefinitionRequest {
  const [web] = definition.containerDefinitions ?? [];
  return { ...definition, containerDefinitions: [{ ...web, ...change }] };
}

async function makeRoleOf(principal: string, RoleName: string, config: FailureStage["config"]): Promise<void> {
  const iam = new IAMClient(config);
  const statement = { Effect: "Allow", Principal: { Service: principal }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  iam.destroy();
}
