/**
 * A load balancer's attributes. Those in `HONOURED` do what AWS says; the others are what AWS's defaults say, and the
 * only values that they can have here.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
 */
import type { ElasticLoadBalancingV2, LoadBalancerAttribute } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Operations } from "../../gateway/service.ts";
import type { TrafficSettings } from "../../loadbalancer/traffic-settings.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { validationError } from "./errors.ts";
import { notImplemented } from "./refusals.ts";
import type { LoadBalancerRecord, Store } from "./store.ts";

const IDLE_TIMEOUT = "idle_timeout.timeout_seconds";
const MAX_IDLE_SECONDS = 4000;
const PROTECTION = "deletion_protection.enabled";
const FORWARDED_FOR = "routing.http.xff_header_processing.mode";
const CLIENT_PORT = "routing.http.xff_client_port.enabled";

const isBoolean = (value: string) => value === "true" || value === "false";

/** With their defaults, and whether a value is one of theirs. */
const HONOURED = new Map<string, { readonly default: string; readonly admits: (value: string) => boolean }>([
  [PROTECTION, { default: "false", admits: isBoolean }],
  [
    IDLE_TIMEOUT,
    {
      default: "60",
      admits: (text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_IDLE_SECONDS,
    },
  ],
  [CLIENT_PORT, { default: "false", admits: isBoolean }],
  [FORWARDED_FOR, { default: "append", admits: (mode) => forwardedForMode(mode) !== undefined }],
]);

const DEFAULTS = new Map([
  ["access_logs.s3.enabled", "false"],
  ["access_logs.s3.bucket", ""],
  ["access_logs.s3.prefix", ""],
  ["client_keep_alive.seconds", "3600"],
  ["connection_logs.s3.enabled", "false"],
  ["connection_logs.s3.bucket", ""],
  ["connection_logs.s3.prefix", ""],
  ["health_check_logs.s3.enabled", "false"],
  ["health_check_logs.s3.bucket", ""],
  ["health_check_logs.s3.prefix", ""],
  ["load_balancing.cross_zone.enabled", "true"],
  ["routing.http.desync_mitigation_mode", "defensive"],
  ["routing.http.drop_invalid_header_fields.enabled", "false"],
  ["routing.http.preserve_host_header.enabled", "false"],
  ["routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"],
  ["routing.http2.enabled", "true"],
  ["waf.fail_open.enabled", "false"],
  ["zonal_shift.config.enabled", "false"],
]);

export function loadBalancerAttributeOperations(store: Store) {
  return {
    DescribeLoadBalancerAttributes: ({ LoadBalancerArn }, call) => ({
      Attributes: view(store.loadBalancer(call, LoadBalancerArn)),
    }),
    ModifyLoadBalancerAttributes: ({ LoadBalancerArn, Attributes = [] }, call) => {
      const record = store.loadBalancer(call, LoadBalancerArn);
      // All of them are looked at before one is changed.
      const changes = Attributes.filter(isChange);
      record.attributes = new Map([
        ...record.attributes,
        ...changes.map(({ Key = "", Value = "" }) => [Key, Value] as const),
      ]);
      for (const { arn } of store.listenersOf(record.arn)) store.dataPlane.treat(arn, trafficSettings(record));
      return { Attributes: view(record) };
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

export function trafficSettings({ attributes }: LoadBalancerRecord): TrafficSettings {
  return {
    idleTimeoutMs: Number(current(attributes, IDLE_TIMEOUT)) * 1000,
    forwardedFor: forwardedForMode(current(attributes, FORWARDED_FOR)) ?? "append",
    forwardsClientPort: current(attributes, CLIENT_PORT) === "true",
  };
}

/** @throws {AwsError} OperationNotPermittedException */
export function refuseProtected({ arn, attributes }: LoadBalancerRecord): void {
  if (current(attributes, PROTECTION) === "true")
    throw new AwsError(
      "OperationNotPermittedException",
      `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
    );
}

/** Whether an attribute is honoured; another one may only be given its default. */
function isChange({ Key = "", Value = "" }: LoadBalancerAttribute): boolean {
  const honoured = HONOURED.get(Key);
  if (honoured !== undefined) {
    if (!honoured.admits(Value)) throw validationError(`'${Value}' is not a valid value for attribute '${Key}'`);
    return true;
  }
  const only = DEFAULTS.get(Key);
  if (only === undefined) throw validationError(`Load balancer attribute key '${Key}' is not recognized`);
  if (Value !== only) throw notImplemented(`${Key}=${Value}`);
  return false;
}

function forwardedForMode(mode: string): TrafficSettings["forwardedFor"] | undefined {
  return mode === "append" || mode === "preserve" || mode === "remove" ? mode : undefined;
}

function current(attributes: ReadonlyMap<string, string>, key: string): string {
  return attributes.get(key) ?? HONOURED.get(key)?.default ?? "";
}

function view({ attributes }: LoadBalancerRecord): LoadBalancerAttribute[] {
  const honoured = [...HONOURED.keys()].map((Key) => ({ Key, Value: current(attributes, Key) }));
  return [...honoured, ...[...DEFAULTS].map(([Key, Value]) => ({ Key, Value }))];
}
