import { describe, expect, it } from "vitest";
import { awsError } from "../deployment/scripted-aws.fixture.ts";
import { at, diagnosed, targetGroupArn } from "./diagnosed.fixture.ts";

describe("events", () => {
  it.each([
    [
      "(service web) was unable to place a task. Reason: No Container Instances were found in your cluster.",
      "unplaceable",
      "no task could be placed: No Container Instances were found in your cluster",
    ],
    [
      "(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
      "deployment-configuration",
      "was unable to stop or start tasks",
    ],
    [
      "(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.",
      "unplaceable",
      "Capacity is unavailable at this time",
    ],
    ["(service web) could not launch 2 tasks for deployment ecs-svc/2.", "unplaceable", "could not launch 2 tasks"],
    [
      "(service web) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::0:role/exec' that was provided for this task. Please verify.).",
      "role",
      "ECS was unable to assume the role 'arn:aws:iam::0:role/exec' that was provided for this task",
    ],
    [
      "(service web) failed to launch a task with (error You do not have access).",
      "unplaceable",
      "no task could be launched: You do not have access",
    ],
    ["(service web) has reached a steady state.", "unknown", "not complete at the deadline"],
  ])("reads the events where no task stopped: %s", async (message, cause, why) => {
    const { diagnosis } = diagnosed({}, { events: [{ id: "1", createdAt: at(1), message }] });
    expect(await diagnosis).toMatchObject({ cause, why: expect.stringContaining(why) });
  });

  it.each([
    [
      "Capacity is unavailable at this time.",
      "deploy again later, or give service web subnets in more Availability Zones",
    ],
    [
      "No Container Instances were found in your cluster.",
      "register container instances with cluster ecs-demo, or run service web on Fargate",
    ],
    [
      "You've reached the limit on the number of tasks you can run concurrently",
      "raise the account's Fargate quota, or lower the desired count of service web",
    ],
  ])("say where there is no room: %s", async (reason, fix) => {
    const message = `(service web) was unable to place a task. Reason: ${reason}`;
    const clusterArn = "arn:aws:ecs:us-east-1:0:cluster/ecs-demo";
    const { diagnosis } = diagnosed({}, { clusterArn, events: [{ id: "1", createdAt: at(1), message }] });
    expect(await diagnosis).toMatchObject({ cause: "unplaceable", fix });
  });

  it.each([
    [
      `(service web) (task a) (port 8080) is unhealthy in (target-group ${targetGroupArn}) due to (reason Request timed out).`,
      "load-balancer-health-check",
      /^the health check timed out \(Target.Timeout: Request timed out; ELB health check of target group web-tg\)$/,
    ],
    ["(service web) (task a) failed container health checks.", "container-health-check", /failed again and again$/],
    [
      "(service web) has started 1 tasks: (task a).",
      "unknown",
      /^ECS deployment circuit breaker: tasks failed to start, and why its tasks stopped cannot be told: ecs:ListTasks is not allowed$/,
    ],
  ])("tell what they can where the tasks are hidden: %s", async (message, cause, why) => {
    const events = [{ id: "1", createdAt: at(1), message }];
    const script = { stopped: awsError("AccessDeniedException", "no") };
    const { diagnosis } = diagnosed(script, { events }, "ECS deployment circuit breaker: tasks failed to start.");
    expect(await diagnosis).toMatchObject({ cause, notes: ["ecs:ListTasks is not allowed"] });
    expect((await diagnosis).why).toMatch(why);
  });
});
