import { describe, expect, it } from "vitest";
import { cannotStartReason } from "./cannot-start.ts";
import type { StoppedTask } from "./stopped-tasks.ts";

function stopped(changes: Partial<StoppedTask>, second = 0): StoppedTask {
  return {
    taskArn: "arn:aws:ecs:us-east-1:0:task/ecs-demo/a",
    id: "a",
    stopCode: "TaskFailedToStart",
    stoppedReason: "",
    createdAt: new Date(0),
    startedAt: undefined,
    stoppedAt: new Date(second * 1000),
    containers: [],
    ...changes,
  };
}

const secretMissing =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: failed to fetch secret arn:aws:secretsmanager:us-east-1:0:secret:db from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.";
const refused =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: AccessDeniedException: User: arn:aws:sts::0:assumed-role/exec/a is not authorized to perform: secretsmanager:GetSecretValue";

describe("a deployment that provably cannot start", () => {
  it.each([
    "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref web:2: not found",
    "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
    "CannotPullContainerError: Error response from daemon: no matching manifest for linux/amd64 in the manifest list entries",
    secretMissing,
    "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: invalid ssm parameters: /web/db",
    "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: ParameterNotFound: /web/db",
    "ResourceInitializationError: unable to pull secrets or registry auth: retrieved secret from Secrets Manager did not contain json key user",
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
    "CannotStartContainerError: exec /server: exec format error",
  ])("is known by its first task: %s", (stoppedReason) => {
    expect(cannotStartReason([stopped({ stoppedReason })], 0)).toBe(stoppedReason);
    const containers = [{ name: "web", image: "web:2", exitCode: undefined, reason: stoppedReason }];
    expect(cannotStartReason([stopped({ stoppedReason: "Task failed to start", containers })], 0)).toBe(stoppedReason);
  });

  it("can start where one of its tasks runs", () => {
    expect(cannotStartReason([stopped({ stoppedReason: secretMissing })], 1)).toBeUndefined();
  });

  it.each([
    "CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout",
    "CannotPullContainerError: toomanyrequests: You have reached your pull rate limit",
    "ResourceInitializationError: unable to pull secrets or registry auth: context deadline exceeded",
    "ECS was unable to assume the role 'arn:aws:iam::0:role/exec' that was provided for this task.",
    refused,
  ])("is not known by what may pass: %s", (stoppedReason) => {
    const tasks = [0, 1, 2].map((second) => stopped({ stoppedReason }, second));
    expect(cannotStartReason(tasks, 0)).toBeUndefined();
  });

  it.each([
    ["for a minute and three tasks", [0, 30, 60], refused],
    ["for a minute, of two tasks only", [0, 60], undefined],
    ["of three tasks at once", [0, 0, 1], undefined],
  ])("is known by access that is refused %s", (_what, seconds, expected) => {
    const tasks = seconds.map((second) => stopped({ stoppedReason: refused }, second));
    expect(cannotStartReason(tasks, 0)).toBe(expected);
  });

  it("is known by the third exit", () => {
    const exit = stopped({ stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" });
    expect(cannotStartReason([exit, exit], 0)).toBeUndefined();
    expect(cannotStartReason([exit, exit, exit], 0)).toBe(
      "essential containers exit again and again: 3 of 3 stopped tasks",
    );
  });
});
