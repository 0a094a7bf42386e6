import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Evidence, serviceName } from "./evidence.ts";
import type { Explanation } from "./explanation.ts";
import { answerOf, type TargetAnswer } from "./target-answer.ts";

/**
 * A target that the load balancer's health checks gave up on, with the reason that an event or a target still shows.
 * @param taskId whose event counts most; left out where the tasks cannot be seen
 */
export function explainTargets(targetGroupArn: string, evidence: Evidence, taskId?: string): Explanation {
  const group = evidence.targetGroups.find((candidate) => candidate.TargetGroupArn === targetGroupArn);
  const answer = answerOf(shownReason(targetGroupArn, evidence, taskId));
  const request = group?.HealthCheckPath === undefined ? "the health check" : `GET ${group.HealthCheckPath}`;
  const name = targetGroupName(targetGroupArn);
  const code = answer.reason === undefined ? "" : `${answer.reason}: `;
  const said = answer.description === "" ? "" : `${code}${answer.description}; `;
  return {
    cause: "load-balancer-health-check",
    why: `${request} ${answer.inWords} (${said}ELB health check of target group ${name})`,
    fix: fixOf(answer, { group, name, evidence, container: containerBehind(targetGroupArn, evidence) }),
    container: containerBehind(targetGroupArn, evidence),
  };
}

/** `arn:…:targetgroup/web/1a2b` → `web` */
export function targetGroupName(targetGroupArn: string): string {
  return targetGroupArn.split("/")[1] ?? targetGroupArn;
}

function containerBehind(targetGroupArn: string, { service }: Evidence): string | undefined {
  return service.loadBalancers?.find((used) => used.targetGroupArn === targetGroupArn)?.containerName;
}

/** ECS tells it in an event when it happens; the target itself is gone soon. */
function shownReason(targetGroupArn: string, { events, targets }: Evidence, taskId: string | undefined): string {
  const about = events.filter(({ message }) => message.includes(targetGroupArn) && message.includes("is unhealthy in"));
  const own = about.filter(({ message }) => message.includes(`(task ${taskId})`));
  const event = (own.at(-1) ?? about.at(-1))?.message ?? "";
  const told = /due to \(reason (.+?)\)\.?$/.exec(event)?.[1];
  const name = targetGroupName(targetGroupArn);
  return (
    told ?? targets.find((target) => target.targetGroup === name && target.state === "unhealthy")?.description ?? ""
  );
}

interface Behind {
  readonly group: TargetGroup | undefined;
  readonly name: string;
  readonly evidence: Evidence;
  readonly container: string | undefined;
}

function fixOf(answer: TargetAnswer, { group, name, evidence, container }: Behind): string {
  const path = group?.HealthCheckPath ?? "the health check";
  const wanted = group?.Matcher?.HttpCode ?? "as expected";
  if (answer.reason === "Target.ResponseCodeMismatch" && isElsewhere(answer.codes))
    return `let ${path} answer ${wanted}, or correct HealthCheckPath or Matcher of target group ${name}`;
  if (answer.reason === "Target.Timeout") {
    const seconds = group?.HealthCheckTimeoutSeconds;
    const limit = seconds === undefined ? "in time" : `within ${seconds} s`;
    return `let ${path} answer ${limit}, or raise HealthCheckTimeoutSeconds of target group ${name}`;
  }
  const listen =
    answer.reason === "Target.FailedHealthChecks"
      ? `let container ${container ?? ""} listen on its containerPort and `
      : "let ";
  return `${listen}${path} answer ${wanted}${patience(group, evidence)}, or raise healthCheckGracePeriodSeconds of service ${serviceName(evidence)}`;
}

/** Codes of an application that is up and will not answer differently with time: 3xx and 4xx. */
function isElsewhere(codes: readonly number[]): boolean {
  return codes.length > 0 && codes.every((code) => code >= 300 && code < 500);
}

function patience(group: TargetGroup | undefined, { service }: Evidence): string {
  if (group?.HealthCheckIntervalSeconds === undefined || group.UnhealthyThresholdCount === undefined) return "";
  const grace = service.healthCheckGracePeriodSeconds ?? 0;
  return ` within ${grace + group.HealthCheckIntervalSeconds * group.UnhealthyThresholdCount} s of the start`;
}
