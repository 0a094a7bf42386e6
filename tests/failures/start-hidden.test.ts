/** Failures whose cause the run may not see: what it says must be true of what it sees, and name what is hidden. */
import { describe, it } from "vitest";
import { compare, LONGEST_MS } from "./expect-failure.ts";
import type { EvidenceSeen, Failure, Seen } from "./failure.ts";
import { FailureStage } from "./failure-stage.fixture.ts";
import { exitFailures } from "./start-exits.failures.ts";
import { healthFailures } from "./start-health.failures.ts";
import { imageFailures } from "./start-image.failures.ts";

interface Hidden {
  readonly of: string;
  readonly action: readonly [service: string, operation: string];
  readonly seen: Partial<Seen>;
  readonly evidence: EvidenceSeen;
}

function hidden({ of, action: [service, operation], seen, evidence }: Hidden): Failure {
  const failure = [...imageFailures, ...exitFailures, ...healthFailures].find(({ name }) => name === of);
  if (failure === undefined) throw new Error(`no failure is called ${of}`);
  return {
    ...failure,
    name: `${of}, where ${service}:${operation} is not allowed`,
    runtimes: ["simulated"],
    release: async (stage) => {
      const release = await failure.release(stage);
      await stage.deny({ service, operation });
      return release;
    },
    seen: { ...failure.seen, ...seen, evidence },
  };
}

const tasksHidden =
  /^(ECS deployment circuit breaker|deployment failed): tasks failed to start, and why its tasks stopped cannot be told: ecs:(List|Describe)Tasks is not allowed$/;
const fix =
  /^allow ecs:ListTasks and ecs:DescribeTasks for this identity, or look at the stopped tasks of service web$/;
/** Nothing was certain, so nothing was done before the circuit breaker tripped. */
const mutating = ["RegisterTaskDefinition", "UpdateService"];

const hiddenFailures: readonly Failure[] = [
  hidden({
    of: "image missing",
    action: ["ecs", "DescribeTasks"],
    seen: { cause: "unknown", why: tasksHidden, fix, mutating },
    evidence: { tasks: /^$/, notes: /^ecs:DescribeTasks is not allowed$/m },
  }),
  hidden({
    of: "exits at start",
    action: ["ecs", "ListTasks"],
    seen: { cause: "unknown", why: tasksHidden, fix, mutating },
    evidence: { tasks: /^$/, logs: /^$/, notes: /^ecs:ListTasks is not allowed$/m },
  }),
  hidden({
    of: "exits at start",
    action: ["logs", "GetLogEvents"],
    seen: {},
    evidence: { tasks: /^ web 3 $/m, logs: /^$/, notes: /^logs:GetLogEvents is not allowed$/m },
  }),
  hidden({
    of: "wrong architecture: its program",
    action: ["logs", "GetLogEvents"],
    // Only its log would have told.
    seen: {
      cause: "container-exited",
      why: /^container web exited with code 1 at its start, \d tasks? of \d$/,
      fix: /^correct what makes container web exit \(see its log\), and deploy again$/,
    },
    evidence: { logs: /^$/, notes: /^logs:GetLogEvents is not allowed$/m },
  }),
  hidden({
    of: "ELB health check fails: wrong path",
    action: ["elasticloadbalancing", "DescribeTargetHealth"],
    seen: {},
    evidence: { targets: /^$/, notes: /^elasticloadbalancing:DescribeTargetHealth is not allowed$/m },
  }),
  hidden({
    of: "ELB health check fails: wrong path",
    action: ["elasticloadbalancing", "DescribeTargetGroups"],
    seen: {
      why: /^the health check answered 404 \(Target\.ResponseCodeMismatch: .*; ELB health check of target group ecs-demo-web\), 3 tasks of 3$/,
      fix: /^let the health check answer as expected, or correct HealthCheckPath or Matcher of target group ecs-demo-web$/,
    },
    evidence: { notes: /^elasticloadbalancing:DescribeTargetGroups is not allowed$/m },
  }),
  hidden({
    of: "ELB health check fails: wrong path",
    action: ["ecs", "ListTasks"],
    // The events tell it, but not of how many tasks it is true.
    seen: {
      why: /^GET \/healthz answered 404 \(Target\.ResponseCodeMismatch: .*; ELB health check of target group ecs-demo-web\)$/,
    },
    evidence: { tasks: /^$/, notes: /^ecs:ListTasks is not allowed$/m },
  }),
];

describe.concurrent("a diagnosis without all that it asks for", () => {
  it.each(hiddenFailures)("of $name", play, LONGEST_MS);
});

async function play(failure: Failure): Promise<void> {
  const stage = await FailureStage.set(failure, "simulated");
  try {
    compare(await stage.deploy(await failure.release(stage)), failure.seen);
  } finally {
    await stage.strike();
  }
}
