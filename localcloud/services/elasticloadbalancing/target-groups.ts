import type {
  CreateTargetGroupInput,
  ElasticLoadBalancingV2,
  TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Call, Operations } from "../../gateway/service.ts";
import type { HealthCheck } from "../../loadbalancer/health-check.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { newTargetGroupArn } from "./arns.ts";
import { checkRange, targetGroupNotFound, validationError } from "./errors.ts";
import { defaultHealthCheck, healthCheckFrom, healthCheckView } from "./health-check-input.ts";
import { checkName } from "./names.ts";
import type { LoadBalancerNetwork } from "./network.ts";
import { page } from "./paging.ts";
import { refuseMembers, refuseOthers } from "./refusals.ts";
import type { Store, TargetGroupRecord } from "./store.ts";
import { checkTags, putTags } from "./tags.ts";

/** The quota "target groups per Region". */
const MAX_TARGET_GROUPS = 3000;
/** `deregistration_delay.timeout_seconds`, its default. */
const DEFAULT_DELAY_SECONDS = 300;

type Wanted = Omit<TargetGroupRecord, "arn" | "group"> & { readonly healthCheck: HealthCheck };

export function targetGroupOperations(store: Store, network: LoadBalancerNetwork) {
  return {
    CreateTargetGroup: (input, call) => {
      const wanted = checked(input, network);
      const own = store.own(call, store.targetGroups);
      const existing = own.find(({ name }) => name === wanted.name);
      if (existing !== undefined) return { TargetGroups: [view(store, sameSettings(existing, wanted))] };
      if (own.length >= MAX_TARGET_GROUPS)
        throw new AwsError("TooManyTargetGroupsException", "The maximum number of target groups has been reached");
      const created = create(store, call, wanted);
      putTags(store, created.arn, input.Tags);
      return { TargetGroups: [view(store, created)] };
    },
    DescribeTargetGroups: ({ LoadBalancerArn, TargetGroupArns, Names, ...paging }, call) => {
      const { items, ...rest } = page(selected(store, call, { LoadBalancerArn, TargetGroupArns, Names }), paging);
      return { TargetGroups: items.map((item) => view(store, item)), ...rest };
    },
    ModifyTargetGroup: ({ TargetGroupArn, ...changes }, call) => {
      const record = store.targetGroup(call, TargetGroupArn);
      const { settings } = record.group;
      record.group.settings = { ...settings, healthCheck: healthCheckFrom(changes, settings.healthCheck) };
      return { TargetGroups: [view(store, record)] };
    },
    DeleteTargetGroup: ({ TargetGroupArn }, call) => {
      const arn = store.findTargetGroup(call, TargetGroupArn)?.arn;
      if (arn === undefined) return {};
      if (store.loadBalancersOf(arn).length > 0)
        throw new AwsError(
          "ResourceInUseException",
          `Target group '${arn}' is currently in use by a listener or a rule`,
        );
      store.dataPlane.targetGroups.delete(arn);
      store.remove(store.targetGroups, arn);
      return {};
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

function checked(input: CreateTargetGroupInput, network: LoadBalancerNetwork): Wanted {
  refuseOthers("the target type", input.TargetType, ["instance", "ip"]);
  refuseOthers("the target group protocol", input.Protocol, ["HTTP"]);
  refuseOthers("the target group protocol version", input.ProtocolVersion, ["HTTP1"]);
  refuseOthers("the target group IP address type", input.IpAddressType, ["ipv4"]);
  refuseMembers(input, ["TargetControlPort"]);
  const name = checkName("Target group name", input.Name);
  if (input.Protocol === undefined) throw validationError("A protocol must be specified");
  if (input.Port === undefined) throw validationError("A port must be specified");
  if (input.VpcId === undefined) throw validationError("A VPC ID must be specified");
  checkRange("port", input.Port, { min: 1, max: 65_535 });
  if (input.VpcId !== network.vpcId) throw validationError(`The VPC ID '${input.VpcId}' is not found`);
  checkTags(input.Tags);
  return {
    name,
    port: input.Port,
    vpcId: input.VpcId,
    targetType: input.TargetType ?? "instance",
    healthCheck: healthCheckFrom(input, defaultHealthCheck),
  };
}

function create(store: Store, call: Call, { healthCheck, ...wanted }: Wanted): TargetGroupRecord {
  const arn = newTargetGroupArn(call, wanted.name);
  const settings = { healthCheck, deregistrationDelaySeconds: DEFAULT_DELAY_SECONDS };
  const record = {
    ...wanted,
    arn,
    group: store.dataPlane.targetGroups.create(arn, wanted.name, settings, wanted.targetType),
  };
  store.targetGroups.set(arn, record);
  return record;
}

/** Creating what exists already, just so, is no error: the operation is idempotent. */
function sameSettings(existing: TargetGroupRecord, wanted: Wanted): TargetGroupRecord {
  const settings = ({ port, vpcId, targetType }: Wanted | TargetGroupRecord, healthCheck: HealthCheck) =>
    JSON.stringify([port, vpcId, targetType, healthCheck]);
  if (settings(existing, existing.group.settings.healthCheck) === settings(wanted, wanted.healthCheck)) return existing;
  throw new AwsError(
    "DuplicateTargetGroupNameException",
    `A target group with the same name '${wanted.name}' exists, but with different settings`,
  );
}

interface Selection {
  readonly LoadBalancerArn: string | undefined;
  readonly TargetGroupArns: readonly string[] | undefined;
  readonly Names: readonly string[] | undefined;
}

function selected(store: Store, call: Call, by: Selection): TargetGroupRecord[] {
  const all = store.own(call, store.targetGroups);
  if (by.LoadBalancerArn !== undefined) {
    const { arn } = store.loadBalancer(call, by.LoadBalancerArn);
    return all.filter((group) => store.loadBalancersOf(group.arn).includes(arn));
  }
  if (by.TargetGroupArns !== undefined && by.TargetGroupArns.length > 0)
    return by.TargetGroupArns.map((arn) => store.targetGroup(call, arn));
  const names = by.Names ?? [];
  if (names.length === 0) return all;
  if (names.some((name) => !all.some((group) => group.name === name))) throw targetGroupNotFound();
  return all.filter(({ name }) => names.includes(name));
}

function view(store: Store, record: TargetGroupRecord): TargetGroup {
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: "HTTP",
    Port: record.port,
    VpcId: record.vpcId,
    ...healthCheckView(record.group.settings.healthCheck),
    LoadBalancerArns: store.loadBalancersOf(record.arn),
    TargetType: record.targetType,
    ProtocolVersion: "HTTP1",
    IpAddressType: "ipv4",
  };
}
