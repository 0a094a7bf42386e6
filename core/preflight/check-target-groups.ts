import type { Service } from "@aws-sdk/client-ecs";
import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ElbApi } from "../platform/aws/elb.ts";
import { isAwsCode, optional } from "../platform/aws/failures.ts";
import type { JsonObject } from "../platform/json.ts";
import type { CheckOptions, Finding } from "./finding.ts";

/** Those of all the services, each once. */
export function targetGroupArns(services: readonly Service[]): string[] {
  const all = services.flatMap(({ loadBalancers = [] }) =>
    loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
  );
  return [...new Set(all)];
}

/** The target groups are there, in use, and take the kind of target that the network mode gives: one DescribeTargetGroups. */
export async function checkTargetGroups(
  elb: Pick<ElbApi, "describeTargetGroups">,
  services: readonly Service[],
  { networkMode }: JsonObject,
  { signal, note }: CheckOptions,
): Promise<readonly Finding[]> {
  const TargetGroupArns = targetGroupArns(services);
  let gone: string | undefined;
  const call = elb.describeTargetGroups({ TargetGroupArns }, { signal }).catch((error: unknown) => {
    if (!isAwsCode(error, "TargetGroupNotFound", "TargetGroupNotFoundException")) throw error;
    gone = error instanceof Error ? error.message : "";
    return undefined;
  });
  const answer = await optional("elasticloadbalancing:DescribeTargetGroups", call, note);
  if (gone !== undefined) {
    const remedy = "Create the target group again, or take it out of the service.";
    return [{ severity: "error", what: `a target group of the service does not exist (${gone})`, remedy }];
  }
  return (answer?.TargetGroups ?? []).flatMap((group) => checkTargetGroup(group, networkMode === "awsvpc"));
}

function checkTargetGroup(group: TargetGroup, addresses: boolean): readonly Finding[] {
  const { TargetGroupName: name, TargetType: type, LoadBalancerArns = [], HealthCheckEnabled: checked } = group;
  const findings: Finding[] = [];
  const wanted = addresses ? "ip" : "instance";
  if (type !== undefined && type !== wanted) {
    findings.push({
      severity: "error",
      what: `target group ${name} takes targets of type ${type}, the network mode ${addresses ? "awsvpc" : "of the task definition"} gives ${wanted}`,
      remedy: `Use a target group of type ${wanted} in place of ${name}.`,
    });
  }
  if (LoadBalancerArns.length === 0) {
    findings.push({ severity: "warning", what: `no listener sends requests to target group ${name}` });
  }
  if (checked === false) {
    findings.push({
      severity: "warning",
      what: `target group ${name} checks no health: a broken task counts as healthy`,
    });
  }
  return findings;
}
