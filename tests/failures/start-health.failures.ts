/** Tasks that run and are never healthy. */
import type { RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import type { EvidenceSeen, Failure } from "./failure.ts";
import { given, rolledBack } from "./start-seen.ts";

const GROUP = "ELB health check of target group ecs-demo-web";

/** The container's own check would find out, too: the load balancer is to be the one that does. */
function uncheckedByItself({ containerDefinitions = [], ...rest }: RegisterTaskDefinitionRequest): object {
  return { ...rest, containerDefinitions: containerDefinitions.map(({ healthCheck: _, ...container }) => container) };
}

function withFailingCheck({ containerDefinitions = [], ...rest }: RegisterTaskDefinitionRequest): object {
  const command = ["CMD", "node", "-e", "process.exit(1)"];
  return {
    ...rest,
    containerDefinitions: containerDefinitions.map(({ healthCheck, ...container }) => ({
      ...container,
      healthCheck: { ...healthCheck, command },
    })),
  };
}

interface Answered {
  readonly name: string;
  readonly rehearse: Readonly<Record<string, string>>;
  readonly answer: 404 | 401 | "timeout" | "refused";
  readonly why: string;
  readonly fix: string;
  readonly event: string;
}

/** As a load balancer's health check is answered, and how ECS and ELB say it. */
function elbFailure({ name, rehearse, answer, why, fix, event }: Answered): Failure {
  return {
    name: `ELB health check fails: ${name}`,
    runtimes: ["process", "simulated"],
    speed: 4,
    release: async (stage) => {
      const script = { unhealthyAfterSeconds: 0, unhealthyTo: "load-balancer", unhealthyAnswer: answer };
      return given({
        image: await stage.image("2.0.0", script),
        environment: Object.entries(rehearse).map(([key, value]) => ({ name: key, value })),
        edit: uncheckedByItself,
      });
    },
    seen: rolledBack({
      cause: "load-balancer-health-check",
      why: literal(`${why}; ${GROUP}), 3 tasks of 3`),
      fix: literal(fix),
      evidence: elbEvidence(event),
      stops: false,
    }),
  };
}

function elbEvidence(event: string): EvidenceSeen {
  return {
    tasks: /^ServiceSchedulerInitiated Task failed ELB health checks in \(target-group arn:.*ecs-demo-web/m,
    events: new RegExp(
      `is unhealthy in \\(target-group arn:.*\\) due to \\(reason ${literal(event).source}\\)\\.$`,
      "m",
    ),
  };
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
}

export const healthFailures: readonly Failure[] = [
  {
    name: "container health check fails",
    runtimes: ["process", "docker", "simulated"],
    speed: 2,
    release: async (stage) => {
      const script = { unhealthyAfterSeconds: 0, unhealthyTo: "container-health-check" };
      return given({ image: await stage.image("2.0.0", script), edit: withFailingCheck });
    },
    seen: rolledBack({
      cause: "container-health-check",
      why: /^the health check of container web \(CMD node -e process\.exit\(1\)\) failed again and again, \d tasks? of \d$/,
      fix: /^let the health check of container web succeed within 15 s of the start, or raise its startPeriod$/,
      evidence: {
        tasks: /^ServiceSchedulerInitiated Task failed container health checks/m,
        events: /\(task [0-9a-f]+\) failed container health checks\.$/m,
      },
      stops: false,
    }),
  },
  elbFailure({
    name: "wrong path",
    rehearse: { REHEARSE_HEALTH_PATH: "/health" },
    answer: 404,
    why: "GET /healthz answered 404 (Target.ResponseCodeMismatch: Health checks failed with these codes: [404]",
    fix: "let /healthz answer 200, or correct HealthCheckPath or Matcher of target group ecs-demo-web",
    event: "Health checks failed with these codes: [404]",
  }),
  elbFailure({
    name: "wrong code",
    rehearse: { REHEARSE_HEALTH_STATUS: "401" },
    answer: 401,
    why: "GET /healthz answered 401 (Target.ResponseCodeMismatch: Health checks failed with these codes: [401]",
    fix: "let /healthz answer 200, or correct HealthCheckPath or Matcher of target group ecs-demo-web",
    event: "Health checks failed with these codes: [401]",
  }),
  elbFailure({
    name: "time-out",
    rehearse: { REHEARSE_HEALTH_DELAY_MS: "60000" },
    answer: "timeout",
    why: "GET /healthz timed out (Target.Timeout: Request timed out",
    fix: "let /healthz answer within 2 s, or raise HealthCheckTimeoutSeconds of target group ecs-demo-web",
    event: "Request timed out",
  }),
  elbFailure({
    name: "nothing listens",
    rehearse: { REHEARSE_SLOW_START_MS: "600000" },
    answer: "refused",
    why: "GET /healthz got no answer (Target.FailedHealthChecks: Health checks failed",
    fix: "let container web listen on its containerPort and /healthz answer 200 within 10 s of the start, or raise healthCheckGracePeriodSeconds of service web",
    event: "Health checks failed",
  }),
];
