import { describe, expect, it } from "vitest";
import type { DeployResult } from "../deployment/deploy-result.ts";
import { arn } from "../deployment/scripted-aws.fixture.ts";
import { deployed, since } from "./deployed.fixture.ts";
import { resultLines } from "./result-lines.ts";

const stopped = (id: string, seconds: number) => ({
  taskArn: `arn:aws:ecs:us-east-1:0:task/ecs-demo/${id}`,
  id,
  stopCode: "ServiceSchedulerInitiated",
  stoppedReason: "Task failed ELB health checks in (target-group web)",
  createdAt: since,
  startedAt: new Date(1000),
  stoppedAt: new Date(seconds * 1000),
  containers: [],
});

const rolledBack: DeployResult = {
  ...deployed,
  outcome: "rolled-back",
  durationMs: 161_000,
  proof: { status: "not-checked", reason: "nothing was deployed" },
  now: { ...deployed.now, taskDefinitionArn: arn("web:42") },
  reason: "ECS deployment circuit breaker: tasks failed to start.",
  error: { code: "DEPLOYMENT_ROLLED_BACK", message: "web:43 did not come up", remedy: "Let /healthz answer 200." },
  diagnosis: {
    cause: "load-balancer-health-check",
    why: "GET /healthz answered 500 (ELB health check of target group web), 2 tasks of 2",
    fix: "let /healthz answer 200",
    since,
    tasks: [stopped("1a2b3c4d5e6f", 52), stopped("7c3d3c4d5e6f", 97)],
    targets: [],
    events: [],
    logs: {
      taskId: "7c3d3c4d5e6f",
      container: "web",
      logGroup: "/ecs/web",
      logStream: "ecs/web/7c3d3c4d5e6f",
      lines: [
        { at: new Date(10_000), message: "Error: connect ECONNREFUSED 10.0.2.14:5432" },
        { at: new Date(13_000), message: "GET /healthz 500 3ms" },
      ],
    },
    notes: ["elasticloadbalancing:DescribeTargetHealth is not allowed"],
  },
};

const text = (result: DeployResult) => resultLines(result).map(({ label, text }) => `${label.padEnd(9)}${text}`.trim());

describe("resultLines", () => {
  it("says in one line that it works", () => {
    expect(text(deployed)).toEqual(["✔ deployed in 1:18    web:43 · 2 of 2 running · running digest proved"]);
    expect(text({ ...deployed, outcome: "unchanged" })).toEqual([
      "✔ unchanged    web:43 already serves · 2 of 2 running",
    ]);
    expect(text({ ...deployed, outcome: "started" })).toEqual([
      "✔ started    web:43 · deployment ecs-svc/2 is under way",
    ]);
  });

  it("says what a proof would have needed", () => {
    const proof = { status: "not-checked", reason: "ecs:ListTasks is not allowed" } as const;
    expect(text({ ...deployed, proof })).toContain("proof    not checked: ecs:ListTasks is not allowed");
  });

  it("explains a rollback: verdict, why, tasks, logs, fix, now, what is missing", () => {
    expect(text(rolledBack)).toEqual([
      "✖ rolled-back after 2:41    web:43 did not come up; Amazon ECS went back to web:42",
      "why      GET /healthz answered 500 (ELB health check of target group web), 2 tasks of 2",
      "tasks    1a2b…  stopped 0:52  Task failed ELB health checks in (target-group web)",
      "7c3d…  stopped 1:37  the same",
      "logs     7c3d… web  +0:09  Error: connect ECONNREFUSED 10.0.2.14:5432",
      "+0:12  GET /healthz 500 3ms",
      "fix      Let /healthz answer 200.",
      "now      web:42: 2 of 2 running. web:43 stays registered",
      "missing  elasticloadbalancing:DescribeTargetHealth is not allowed",
    ]);
  });

  it("gives each line of a message a line of its own", () => {
    const { diagnosis } = rolledBack;
    if (diagnosis?.logs === undefined) throw new Error("the sample has a log");
    const lines = [{ at: new Date(10_000), message: "Error: no\n    at main\r\n::error::x" }];
    const shown = text({ ...rolledBack, diagnosis: { ...diagnosis, logs: { ...diagnosis.logs, lines } } });
    expect(shown).toEqual(expect.arrayContaining(["+0:09      at main", "+0:09  ::error::x"]));
  });

  it("turns red where what runs contradicts ECS", () => {
    const proof = { status: "contradicted", reason: "container web runs sha256:0" } as const;
    const lines = resultLines({ ...deployed, proof });
    expect(lines[0]?.tone).toBe("bad");
    expect(lines[1]).toMatchObject({ label: "why", text: "container web runs sha256:0" });
  });
});
