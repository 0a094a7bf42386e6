/** What AWS does not allow: without a required call nothing goes on, without another one something is not told. */
import type { Failure } from "./failure.ts";

const user = "arn:aws:iam::000000000000:root";

function denied(
  name: string,
  denial: { service: string; operation: string; after?: number },
  seen: Failure["seen"],
): Failure {
  return {
    name: `access denied: ${name}`,
    runtimes: ["simulated"],
    speed: 10,
    release: async (stage) => {
      await stage.deny(denial);
      return { image: await stage.image("2.0.0"), flags: ["--wait-until", "deployed"] };
    },
    seen: {
      ...seen,
      why: new RegExp(
        `^ecs:${denial.operation}: AccessDeniedException: User: ${user} is not authorized to perform: ecs:${denial.operation} on `,
      ),
    },
  };
}

export const accessFailures: readonly Failure[] = [
  denied(
    "the first reading",
    { service: "ecs", operation: "DescribeServices" },
    {
      outcome: "AWS_ACCESS_DENIED",
      exitCode: 1,
      fix: new RegExp(`^Allow ecs:DescribeServices for ${user}\\. Nothing was registered or updated\\.$`),
      mutating: [],
    },
  ),
  denied(
    "registering",
    { service: "ecs", operation: "RegisterTaskDefinition" },
    {
      outcome: "AWS_ACCESS_DENIED",
      exitCode: 1,
      fix: new RegExp(`^Allow ecs:RegisterTaskDefinition .*for ${user}\\. Nothing was registered or updated\\.$`),
      mutating: ["RegisterTaskDefinition"],
    },
  ),
  denied(
    "the update",
    { service: "ecs", operation: "UpdateService" },
    {
      outcome: "AWS_ACCESS_DENIED",
      exitCode: 1,
      fix: new RegExp(
        `^Allow ecs:UpdateService .*for ${user}\\. ecs-demo:3 was registered; the service was not changed\\.$`,
      ),
      mutating: ["RegisterTaskDefinition", "UpdateService"],
    },
  ),
  denied(
    "reading on while it waits",
    { service: "ecs", operation: "DescribeServices", after: 1 },
    {
      outcome: "AWS_ACCESS_DENIED",
      exitCode: 1,
      fix: new RegExp(`^Allow ecs:DescribeServices for ${user}\\.`),
      now: /Deployment ecs-svc\/\d+ of ecs-demo:3 in service web goes on without being watched/,
      mutating: ["RegisterTaskDefinition", "UpdateService"],
    },
  ),
];
