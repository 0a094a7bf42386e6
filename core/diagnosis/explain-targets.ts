import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Evidence, serviceName } from "./evidence.ts";
import type { Explanation } from "./explanation.ts";
import type { StoppedTask } from "./stopped-tasks.ts";

/** A task that the load balancer's health checks gave up on, with the reason that an event or a target still shows. */
export function explainTargets(task: StoppedTask, targetGroupArn: string, evidence: Evidence): Explanation {
  const name = targetGroupName(targetGroupArn);
  const group = evidence.targetGroups.find((candidate) => candidate.TargetGroupArn === targetGroupArn);
  const request = group?.HealthCheckPath === undefined ? "the health check" : `GET ${group.HealthCheckPath}`;
  const reason = shownReason(task, targetGroupArn, evidence);
  const container = evidence.service.loadBalancers?.find(
    (used) => used.targetGroupArn === targetGroupArn,
  )?.containerName;
  return {
    cause: "load-balancer-health-check",
    why: `${request} ${answerInWords(reason)} (ELB health check of target group ${name})`,
    fix:
      `let ${group?.HealthCheckPath ?? "the health check"} answer ${group?.Matcher?.HttpCode ?? "as expected"}${patience(group, evidence)}, ` +
      `or raise healthCheckGracePeriodSeconds of service ${serviceName(evidence)}`,
    container: container ?? task.containers[0]?.name,
  };
}

/** `arn:…:targetgroup/web/1a2b` → `web` */
export function targetGroupName(targetGroupArn: string): string {
  return targetGroupArn.split("/")[1] ?? targetGroupArn;
}

function shownReason(task: StoppedTask, targetGroupArn: string, { events, targets }: Evidence): string {
  const about = events.filter(({ message }) => message.includes(targetGroupArn) && message.includes("is unhealthy in"));
  const own = about.filter(({ message }) => message.includes(`(task ${task.id})`));
  const event = (own.at(-1) ?? about.at(-1))?.message ?? "";
  const told = /due to \(reason (.+?)\)\.?$/.exec(event)?.[1];
  const name = targetGroupName(targetGroupArn);
  return (
    told ?? targets.find((target) => target.targetGroup === name && target.state === "unhealthy")?.description ?? ""
  );
}

function answerInWords(reason: string): string {
  const codes = /codes: \[([\d, ]+)\]/.exec(reason)?.[1];
  if (codes !== undefined) return `answered ${codes}`;
  if (/timed? ?out/i.test(reason)) return "timed out";
  return reason === "" ? "failed" : `failed: ${reason}`;
}

function patience(group: TargetGroup | undefined, { service }: Evidence): string {
  if (group?.HealthCheckIntervalSeconds === undefined || group.UnhealthyThresholdCount === undefined) return "";
  const grace = service.healthCheckGracePeriodSeconds ?? 0;
  return ` within ${grace + group.HealthCheckIntervalSeconds * group.UnhealthyThresholdCount} s of the start`;
}
