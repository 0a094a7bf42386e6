/** What a task definition names and is not there. */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import type { Failure } from "./failure.ts";
import { given, rolledBack } from "./start-seen.ts";

type Edit = (definition: RegisterTaskDefinitionRequest) => object;

function container(change: Partial<ContainerDefinition>): Edit {
  return ({ containerDefinitions = [], ...rest }) => ({
    ...rest,
    containerDefinitions: containerDefinitions.map((definition) => ({ ...definition, ...change })),
  });
}

const secretArn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:web/db-AbCdEf";
const roleArn = "arn:aws:iam::000000000000:role/never-created";
const logConfiguration = {
  logDriver: "awslogs",
  options: { "awslogs-group": "/ecs/never", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" },
} as const;

export const resourceFailures: readonly Failure[] = [
  {
    name: "secret missing: Systems Manager",
    runtimes: ["process", "simulated"],
    release: async () => given({ edit: container({ secrets: [{ name: "DB", valueFrom: "/web/db" }] }) }),
    seen: rolledBack({
      cause: "initialization",
      why: /^ResourceInitializationError: unable to pull secrets or registry auth: .* invalid ssm parameters: \/web\/db, \d tasks? of \d$/,
      fix: /^create parameter \/web\/db, or correct secrets of the task definition$/,
      evidence: {
        tasks: /^TaskFailedToStart ResourceInitializationError: unable to pull secrets.*invalid ssm parameters/m,
      },
      stops: true,
    }),
  },
  {
    name: "secret missing: Secrets Manager",
    runtimes: ["process", "simulated"],
    release: async () => given({ edit: container({ secrets: [{ name: "DB", valueFrom: secretArn }] }) }),
    seen: rolledBack({
      cause: "initialization",
      why: /^ResourceInitializationError: .*web\/db-AbCdEf from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret\., \d tasks? of \d$/,
      fix: /^create arn:aws:secretsmanager:us-east-1:000000000000:secret:web\/db-AbCdEf, or correct secrets of the task definition$/,
      evidence: {
        tasks: /^TaskFailedToStart ResourceInitializationError: unable to pull secrets.*can't find the specified/m,
      },
      stops: true,
    }),
  },
  {
    name: "execution role missing",
    runtimes: ["simulated"],
    release: async () => given({ edit: (definition) => ({ ...definition, executionRoleArn: roleArn }) }),
    seen: rolledBack({
      cause: "role",
      why: /^ECS was unable to assume the role 'arn:aws:iam::000000000000:role\/never-created' that was provided for this task$/,
      fix: /^check that role arn:aws:iam::000000000000:role\/never-created exists and that its trust policy .*, or correct executionRoleArn of the task definition$/,
      evidence: { events: /failed to launch a task with \(error ECS was unable to assume the role/ },
      // IAM is eventually consistent, and ECS tries again: nothing was certain before the circuit breaker tripped.
      stops: false,
    }),
  },
  {
    name: "log group missing",
    runtimes: ["process", "simulated"],
    release: async () => given({ edit: container({ logConfiguration }) }),
    seen: rolledBack({
      cause: "initialization",
      why: /^log group \/ecs\/never: ResourceInitializationError: failed to validate logger args: .*The specified log group does not exist\..*, \d tasks? of \d$/,
      fix: /^create log group \/ecs\/never, or correct awslogs-group of the task definition$/,
      evidence: { tasks: /^TaskFailedToStart ResourceInitializationError: failed to validate logger args/m },
      stops: true,
    }),
  },
];
