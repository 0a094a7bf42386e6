import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { diagnosed, image, task } from "./diagnosed.fixture.ts";

describe("a task that never ran", () => {
  it.each<[string, Partial<Task>, { cause: string; why: string; fix: string }]>([
    [
      "an image that is not there",
      {
        stoppedReason: `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${image}: not found`,
      },
      {
        cause: "image-unavailable",
        why: `image ${image} of container web cannot be pulled: not found, 1 task of 1`,
        fix: `push ${image}, or correct the image of container web, and deploy again`,
      },
    ],
    [
      "an image for another platform",
      {
        stoppedReason: `CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'`,
      },
      {
        cause: "image-unavailable",
        why: expect.stringContaining("linux/amd64"),
        fix: `build ${image} for linux/amd64, or set runtimePlatform to what it is built for`,
      },
    ],
    [
      "an image that may not be pulled",
      {
        stoppedReason:
          "CannotPullECRContainerError: AccessDeniedException: User is not authorized to perform: ecr:GetAuthorizationToken",
      },
      {
        cause: "image-unavailable",
        why: expect.any(String),
        fix: `allow execution role arn:aws:iam::0:role/exec to pull ${image} (AmazonECSTaskExecutionRolePolicy)`,
      },
    ],
    [
      "a secret that may not be read",
      {
        stoppedReason:
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: arn:aws:secretsmanager:us-east-1:0:secret:db-1 AccessDenied",
      },
      {
        cause: "initialization",
        why: expect.stringContaining("ResourceInitializationError"),
        fix: expect.stringContaining(
          "allow execution role arn:aws:iam::0:role/exec to read arn:aws:secretsmanager:us-east-1:0:secret:db-1",
        ),
      },
    ],
    [
      "a role that cannot be assumed",
      { stoppedReason: "ECS was unable to assume the role 'arn:aws:iam::0:role/web' that was provided for this task." },
      {
        cause: "role",
        why: expect.stringContaining("unable to assume"),
        fix: "check that role arn:aws:iam::0:role/web exists and that its trust policy lets ecs-tasks.amazonaws.com assume it",
      },
    ],
    [
      "an execution role that cannot be assumed",
      {
        stoppedReason: "ECS was unable to assume the role 'arn:aws:iam::0:role/exec' that was provided for this task.",
      },
      { cause: "role", why: expect.any(String), fix: expect.stringMatching(/or correct executionRoleArn of the task/) },
    ],
    [
      "a parameter that is not there",
      {
        stoppedReason:
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /web/db,/web/key",
      },
      {
        cause: "initialization",
        why: expect.stringContaining("invalid ssm parameters"),
        fix: "create parameter /web/db, /web/key, or correct secrets of the task definition",
      },
    ],
    [
      "a secret that is not there",
      {
        stoppedReason:
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:us-east-1:0:secret:db from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      },
      {
        cause: "initialization",
        why: expect.stringContaining("can't find the specified secret"),
        fix: "create arn:aws:secretsmanager:us-east-1:0:secret:db, or correct secrets of the task definition",
      },
    ],
    [
      "a secret without the member that is asked for",
      {
        stoppedReason:
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key user",
      },
      {
        cause: "initialization",
        why: expect.any(String),
        fix: "add the key user to the secret, or correct secrets of the task definition",
      },
    ],
    [
      "a log group that is not there",
      {
        stoppedReason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
      },
      {
        cause: "initialization",
        why: expect.stringMatching(/^log group \/ecs\/web: ResourceInitializationError: failed to validate/),
        fix: "create log group /ecs/web, or correct awslogs-group of the task definition",
      },
    ],
    [
      "a log group that may not be written to",
      {
        stoppedReason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: User is not authorized to perform: logs:CreateLogStream : exit status 1",
      },
      {
        cause: "initialization",
        why: expect.any(String),
        fix: expect.stringMatching(
          /^allow execution role arn:aws:iam::0:role\/exec to create log streams in log group \/ecs\/web/,
        ),
      },
    ],
    [
      "a program of another architecture",
      {
        stoppedReason: "Task failed to start",
        containers: [{ name: "web", image, reason: "CannotStartContainerError: exec /server: exec format error" }],
      },
      {
        cause: "container-cannot-start",
        why: "container web cannot start, its image is not built for linux/amd64: CannotStartContainerError: exec /server: exec format error, 1 task of 1",
        fix: `build ${image} for linux/amd64, or set runtimePlatform to what it is built for`,
      },
    ],
    [
      "an image for another platform, in the words of Docker",
      {
        stoppedReason:
          "CannotPullContainerError: Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries",
      },
      {
        cause: "image-unavailable",
        why: expect.any(String),
        fix: `build ${image} for linux/arm64/v8, or set runtimePlatform to what it is built for`,
      },
    ],
    [
      "an image for another platform, which containerd does not name",
      {
        stoppedReason:
          "CannotPullContainerError: Error response from daemon: no match for platform in manifest: not found",
      },
      {
        cause: "image-unavailable",
        why: expect.any(String),
        fix: `build ${image} for linux/amd64, or set runtimePlatform to what it is built for`,
      },
    ],
    [
      "a program that is not in the image",
      {
        stoppedReason: "Task failed to start",
        containers: [{ name: "web", image, reason: "CannotStartContainerError: no such file: nodee" }],
      },
      {
        cause: "container-cannot-start",
        why: "container web cannot start: CannotStartContainerError: no such file: nodee, 1 task of 1",
        fix: "correct entryPoint, command and user of container web",
      },
    ],
  ])("recognises %s", async (_what, changes, expected) => {
    const { diagnosis } = diagnosed({ stopped: [task("abc", changes)] });
    expect(await diagnosis).toMatchObject(expected);
  });
});
