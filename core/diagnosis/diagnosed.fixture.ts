/** A failed deployment of service web, with what AWS shows of it. */
import type { Service, Task } from "@aws-sdk/client-ecs";
import { type Script, scriptedAws, service, updateTime } from "../deployment/scripted-aws.fixture.ts";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { diagnose } from "./diagnose.ts";

export const image = "0.dkr.ecr.us-east-1.amazonaws.com/web:2";
export const targetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/web-tg/1a2b";
export const taskDefinition = {
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

/** So many seconds after the update. */
export const at = (seconds: number) => new Date(updateTime.getTime() + seconds * 1000);

/** A task that never started, but for what `changes` says. */
export function task(id: string, changes: Partial<Task>): Task {
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

/** @param reason why the watch ended */
export function diagnosed(
  script: Partial<Script>,
  changes: Partial<Service> = {},
  reason = "not complete at the deadline",
) {
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
    reason,
  };
  return { aws, diagnosis: diagnose(aws.clients, failed, new AbortController().signal) };
}
