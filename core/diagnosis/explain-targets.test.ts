import { describe, expect, it } from "vitest";
import { at, diagnosed, targetGroupArn, task } from "./diagnosed.fixture.ts";

describe("a target that is not healthy", () => {
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
      why: "GET /healthz answered 500 (Target.ResponseCodeMismatch: Health checks failed with these codes: [500]; ELB health check of target group web-tg), 2 tasks of 2",
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

  it.each([
    [
      "Health checks failed with these codes: [404]",
      "GET /healthz answered 404 (Target.ResponseCodeMismatch: Health checks failed with these codes: [404]; ELB health",
      "let /healthz answer 200, or correct HealthCheckPath or Matcher of target group web-tg",
    ],
    [
      "Request timed out",
      "GET /healthz timed out (Target.Timeout: Request timed out; ELB health",
      "let /healthz answer within 2 s, or raise HealthCheckTimeoutSeconds of target group web-tg",
    ],
    [
      "Health checks failed",
      "GET /healthz got no answer (Target.FailedHealthChecks: Health checks failed; ELB health",
      "let container web listen on its containerPort and /healthz answer 200 within 10 s of the start",
    ],
    [
      "Health checks failed due to an internal error",
      "GET /healthz failed (Elb.InternalError: Health checks failed due to an internal error; ELB health",
      "let /healthz answer 200 within 10 s",
    ],
  ])("tells apart, with ELB's code: %s", async (reason, why, fix) => {
    const message = `(service web) (task a) (port 8080) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${reason}).`;
    const settings = { HealthCheckIntervalSeconds: 5, UnhealthyThresholdCount: 2, HealthCheckTimeoutSeconds: 2 };
    const { diagnosis } = diagnosed(
      {
        stopped: [
          task("a", {
            stopCode: "ServiceSchedulerInitiated",
            stoppedReason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
          }),
        ],
        targetGroups: [
          { TargetGroupArn: targetGroupArn, HealthCheckPath: "/healthz", Matcher: { HttpCode: "200" }, ...settings },
        ],
      },
      { events: [{ id: "1", createdAt: at(4), message }] },
    );
    expect(await diagnosis).toMatchObject({ why: expect.stringContaining(why), fix: expect.stringContaining(fix) });
  });
});
