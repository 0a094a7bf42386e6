/**
 * A target group's attributes. The deregistration delay is honoured; the others are what AWS's defaults say, and the
 * only values that they can have here.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
 */
import type { ElasticLoadBalancingV2, TargetGroupAttribute } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Operations } from "../../gateway/service.ts";
import { validationError } from "./errors.ts";
import { notImplemented } from "./refusals.ts";
import type { Store, TargetGroupRecord } from "./store.ts";

const DELAY = "deregistration_delay.timeout_seconds";
const MAX_DELAY_SECONDS = 3600;

const DEFAULTS = new Map([
  ["stickiness.enabled", "false"],
  ["stickiness.type", "lb_cookie"],
  ["stickiness.lb_cookie.duration_seconds", "86400"],
  ["stickiness.app_cookie.cookie_name", ""],
  ["stickiness.app_cookie.duration_seconds", "86400"],
  ["slow_start.duration_seconds", "0"],
  ["load_balancing.algorithm.type", "round_robin"],
  ["load_balancing.algorithm.anomaly_mitigation", "off"],
  ["load_balancing.cross_zone.enabled", "use_load_balancer_configuration"],
  ["target_group_health.dns_failover.minimum_healthy_targets.count", "1"],
  ["target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"],
  ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"],
  ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"],
]);

export function targetGroupAttributeOperations(store: Store) {
  return {
    DescribeTargetGroupAttributes: ({ TargetGroupArn }, call) => ({
      Attributes: view(store.targetGroup(call, TargetGroupArn)),
    }),
    ModifyTargetGroupAttributes: ({ TargetGroupArn, Attributes = [] }, call) => {
      const record = store.targetGroup(call, TargetGroupArn);
      const delays = Attributes.map(checked).filter((seconds) => seconds !== undefined);
      const deregistrationDelaySeconds = delays.at(-1);
      if (deregistrationDelaySeconds !== undefined)
        record.group.settings = { ...record.group.settings, deregistrationDelaySeconds };
      return { Attributes: view(record) };
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

/** The new deregistration delay in seconds, `undefined` for another attribute that keeps its default. */
function checked({ Key = "", Value = "" }: TargetGroupAttribute): number | undefined {
  if (Key === DELAY) return delaySeconds(Value);
  const only = DEFAULTS.get(Key);
  if (only === undefined) throw validationError(`Target group attribute key '${Key}' is not recognized`);
  if (Value !== only) throw notImplemented(`${Key}=${Value}`);
  return undefined;
}

function delaySeconds(value: string): number {
  const seconds = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(seconds) || seconds > MAX_DELAY_SECONDS)
    throw validationError(`${DELAY} value '${value}' must be between '0' and '${MAX_DELAY_SECONDS}' inclusive`);
  return seconds;
}

function view({ group }: TargetGroupRecord): TargetGroupAttribute[] {
  return [
    { Key: DELAY, Value: String(group.settings.deregistrationDelaySeconds) },
    ...[...DEFAULTS].map(([Key, Value]) => ({ Key, Value })),
  ];
}
