/**
 * ARNs of load balancers, listeners, rules and target groups.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
import { randomBytes } from "node:crypto";
import type { Call } from "../../gateway/service.ts";
import { validationError } from "./errors.ts";

const KINDS = {
  "load balancer": "loadbalancer/app/[^/]+/[0-9a-f]{16}",
  "target group": "targetgroup/[^/]+/[0-9a-f]{16}",
  listener: "listener/app/[^/]+/[0-9a-f]{16}/[0-9a-f]{16}",
  "listener rule": "listener-rule/app/[^/]+/[0-9a-f]{16}/[0-9a-f]{16}/[0-9a-f]{16}",
} as const;

export type ArnKind = keyof typeof KINDS;

const FORMS = new Map(Object.entries(KINDS).map(([kind, form]) => [kind, new RegExp(`^${form}$`)]));

/** What every ARN of the caller's account and region begins with. */
export function arnPrefix({ region, principal }: Call): string {
  return `arn:aws:elasticloadbalancing:${region}:${principal.accountId}:`;
}

export function newLoadBalancerArn(call: Call, name: string): string {
  return `${arnPrefix(call)}loadbalancer/app/${name}/${newId()}`;
}

export function newTargetGroupArn(call: Call, name: string): string {
  return `${arnPrefix(call)}targetgroup/${name}/${newId()}`;
}

export function newListenerArn(loadBalancerArn: string): string {
  return `${loadBalancerArn.replace(":loadbalancer/", ":listener/")}/${newId()}`;
}

export function newRuleArn(listenerArn: string): string {
  return `${listenerArn.replace(":listener/", ":listener-rule/")}/${newId()}`;
}

/** @throws {AwsError} ValidationError for an ARN of another kind, account or region, as AWS does. */
export function checkArn(call: Call, kind: ArnKind, arn: string | undefined): string {
  const prefix = arnPrefix(call);
  if (arn === undefined || !arn.startsWith(prefix) || !FORMS.get(kind)?.test(arn.slice(prefix.length)))
    throw validationError(`'${arn ?? ""}' is not a valid ${kind} ARN`);
  return arn;
}

function newId(): string {
  return randomBytes(8).toString("hex");
}
