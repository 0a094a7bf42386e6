import type { Service, Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { awsError, type Script, scriptedAws, service, updateTime } from "../deployment/scripted-aws.fixture.ts";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { diagnose } from "./diagnose.ts";

const image = "0.dkr.ecr.us-east-1.amazonaws.com/web:2";
const targetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/web-tg/1a2b";
const taskDefinition = {
  family: "web",
  memory: "512",
  executionRoleArn: "arn:aws:iam::0:role/exec",
  containerDefinitions: [
    {
      name: "web",
      image,
      memory: 256,
      healthCheck: { command: ["CMD", "node", "check.js"], interval: 5, retries: 2, startPeriod: 10 },
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/ecs/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "ecs" },
      },
    },
    { name: "sidecar", image: "envoy:1", essential: false },
  ],
};

const at = (seconds: number) => new Date(updateTime.getTime() + seconds * 1000);

function task(id: string, changes: Partial<Task>): Task {
  return {
    taskArn: `arn:aws:ecs:us-east-1:0:task/ecs-demo/${id}`,
    startedBy: "ecs-svc/2",
    lastStatus: "STOPPED",
    createdAt: at(0),
    startedAt: at(2),
    stoppedAt: at(5),
    stopCode: "TaskFailedToStart",
    containers: [{ name: "web", image }],
    ...changes,
  };
}

function diagnosed(script: Partial<Script>, changes: Partial<Service> = {}) {
  const web = service([], {
    loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 8080 }],
    ...changes,
  });
  const aws = scriptedAws({ before: web, ...script }, new JumpingClock());
  const name = { cluster: "ecs-demo", service: "web" };
  const failed = {
    name,
    service: web,
    deploymentId: "ecs-svc/2",
    since: updateTime,
    taskDefinition,
    reason: "not complete at the deadline",
  };
  return { aws, diagnosis: diagnose(aws.clients, failed, new AbortController().signal) };
}

describe("diagnose", () => {
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
        fix: "let ecs-tasks.amazonaws.com assume role arn:aws:iam::0:role/web in its trust policy",
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
    [
      "an exit at the start",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [
          { name: "sidecar", exitCode: 143 },
          { name: "web", image, exitCode: 3 },
        ],
      },
      {
        cause: "container-exited",
        why: "container web exited with code 3 3 s after its start, 1 task of 1",
        fix: "correct what makes container web exit (see its log), and deploy again",
      },
    ],
    [
      "too little memory",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [
          { name: "web", image, exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" },
        ],
      },
      {
        cause: "out-of-memory",
        why: "container web was killed because it used more memory than it has (now 256 MiB), 1 task of 1",
        fix: "raise memory of container web (now 256 MiB), or let it use less",
      },
    ],
    [
      "a failing container health check",
      { stopCode: "ServiceSchedulerInitiated", stoppedReason: "Task failed container health checks" },
      {
        cause: "container-health-check",
        why: "the health check of container web (CMD node check.js) failed again and again, 1 task of 1",
        fix: "let the health check of container web succeed within 20 s of the start, or raise its startPeriod",
      },
    ],
  ])("recognises %s", async (_what, changes, expected) => {
    const { diagnosis } = diagnosed({ stopped: [task("abc", changes)] });
    expect(await diagnosis).toMatchObject(expected);
  });

  it("recognises failing load balancer health checks, with the answer, the path and the time there is", async () => {
    const stopped = ["aaa", "bbb"].map((id) =>
      task(id, {
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
      }),
    );
    const message = `(service web) (task bbb) (port 8080) is unhealthy in (target-group ${targetGroupArn}) due to (reason Health checks failed with these codes: [500]).`;
    const targetGroups = [
      {
        TargetGroupArn: targetGroupArn,
        HealthCheckPath: "/healthz",
        HealthCheckIntervalSeconds: 5,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: "200" },
      },
    ];
    const logs = [{ timestamp: at(4).getTime(), message: "GET /healthz 500\n" }];
    const { aws, diagnosis } = diagnosed(
      {
        stopped,
        targetGroups,
        logs,
        targetHealth: [{ Target: { Id: "10.0.0.1", Port: 8080 }, TargetHealth: { State: "draining" } }],
      },
      {
        healthCheckGracePeriodSeconds: 5,
        events: [
          { id: "2", createdAt: at(4), message },
          { id: "1", createdAt: new Date(0), message: "long ago" },
        ],
      },
    );
    expect(await diagnosis).toMatchObject({
      cause: "load-balancer-health-check",
      why: "GET /healthz answered 500 (ELB health check of target group web-tg), 2 tasks of 2",
      fix: "let /healthz answer 200 within 15 s of the start, or raise healthCheckGracePeriodSeconds of service web",
      targets: [],
      events: [{ at: at(4), message }],
      logs: {
        taskId: "bbb",
        container: "web",
        logGroup: "/ecs/web",
        logStream: "ecs/web/bbb",
        lines: [{ at: at(4), message: "GET /healthz 500" }],
      },
      notes: [],
    });
    expect(aws.calls).toContain(
      'GetLogEvents {"logGroupName":"/ecs/web","logStreamName":"ecs/web/bbb","limit":20,"startFromHead":false}',
    );
  });

  it("explains by what most tasks died of, and leaves out other deployments' and scaled-in tasks", async () => {
    const exit: Partial<Task> = {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "web", image, exitCode: 1 }],
    };
    const { diagnosis } = diagnosed({
      stopped: [
        task("a", exit),
        task("b", { stoppedReason: "CannotPullContainerError: not found" }),
        task("c", exit),
        task("d", { startedBy: "ecs-svc/1", stoppedReason: "CannotPullContainerError: not found" }),
        task("e", {
          stopCode: "ServiceSchedulerInitiated",
          stoppedReason: "Scaling activity initiated by (deployment ecs-svc/2)",
        }),
      ],
    });
    const { why, tasks } = await diagnosis;
    expect(why).toMatch(/^container web exited with code 1 .*, 2 tasks of 3$/);
    expect(tasks.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("names the alarm that failed the deployment, before what tasks died of, and asks only then", async () => {
    const web = service([], {
      deploymentConfiguration: { alarms: { alarmNames: ["5xx", "cpu"], enable: true, rollback: true } },
    });
    const alarms = [
      { AlarmName: "cpu", StateValue: "OK" as const, StateUpdatedTimestamp: at(3) },
      { AlarmName: "5xx", StateValue: "ALARM" as const, StateReason: "12 errors" },
    ];
    const explainBy = async (reason: string, changes: Partial<Script> = {}) => {
      const aws = scriptedAws({ before: web, alarms, stopped: [task("a", {})], ...changes }, new JumpingClock());
      const name = { cluster: "ecs-demo", service: "web" };
      const failed = { name, service: web, deploymentId: "ecs-svc/2", since: updateTime, taskDefinition, reason };
      return { ...(await diagnose(aws.clients, failed, new AbortController().signal)), operations: aws.operations() };
    };
    const detected = "ECS deployment failed: alarm detected.";
    expect(await explainBy(detected)).toMatchObject({
      cause: "alarm",
      why: "alarm 5xx went to ALARM: 12 errors",
      fix: "correct what set off alarm 5xx, and deploy again",
      tasks: [{ id: "a" }],
    });
    const over = alarms.map((alarm) => ({ ...alarm, StateValue: "OK" as const }));
    expect(await explainBy(detected, { alarms: over })).toMatchObject({ why: "alarm cpu went to ALARM" });
    const denied = await explainBy(detected, { alarms: awsError("AccessDenied", "no") });
    expect(denied).toMatchObject({
      cause: "unknown",
      notes: expect.arrayContaining(["cloudwatch:DescribeAlarms is not allowed"]),
    });
    expect((await explainBy("tasks failed to start.")).operations).not.toContain("DescribeAlarms");
  });

  it.each([
    [
      "(service web) was unable to place a task. Reason: No Container Instances were found in your cluster.",
      "unplaceable",
      "no task could be placed: was unable to place a task. Reason: No Container Instances",
    ],
    [
      "(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
      "deployment-configuration",
      "was unable to stop or start tasks",
    ],
    ["(service web) has reached a steady state.", "unknown", "not complete at the deadline"],
  ])("reads the events where no task stopped: %s", async (message, cause, why) => {
    const { diagnosis } = diagnosed({}, { events: [{ id: "1", createdAt: at(1), message }] });
    expect(await diagnosis).toMatchObject({ cause, why: expect.stringContaining(why) });
  });

  it("asks for no log of a container that never ran", async () => {
    const { aws, diagnosis } = diagnosed({
      stopped: [{ ...task("a", { stoppedReason: "CannotStartContainerError: x" }), startedAt: undefined }],
    });
    expect((await diagnosis).logs).toBeUndefined();
    expect(aws.operations()).not.toContain("GetLogEvents");
  });

  it("names each action that is missing, and explains with the rest", async () => {
    const denied = awsError("AccessDeniedException", "no");
    const exit: Partial<Task> = {
      stopCode: "EssentialContainerExited",
      containers: [{ name: "web", image, exitCode: 1 }],
    };
    const { diagnosis } = diagnosed({
      stopped: [task("a", exit)],
      targetHealth: denied,
      logs: awsError("ResourceNotFoundException", "The specified log group does not exist."),
    });
    expect(await diagnosis).toMatchObject({
      cause: "container-exited",
      logs: undefined,
      notes: [
        "elasticloadbalancing:DescribeTargetHealth is not allowed",
        "logs:GetLogEvents failed: ResourceNotFoundException: The specified log group does not exist. (request r-1)",
      ],
    });
  });
});
