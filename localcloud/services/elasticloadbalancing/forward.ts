/**
 * Forward actions, to one target group or to several with weights.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#forward-actions
 */
import type { Action, ForwardActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Call } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { checkRange, validationError } from "./errors.ts";
import { notImplemented } from "./refusals.ts";
import type { Forward, Store } from "./store.ts";

const MAX_TARGET_GROUPS = 5;
const MAX_WEIGHT = 999;

/** Where an action is to be: a target group belongs to one load balancer. */
export interface ActionPlace {
  readonly store: Store;
  readonly call: Call;
  readonly loadBalancerArn: string;
}

/** @throws {AwsError} ValidationError, TargetGroupNotFoundException, TargetGroupAssociationLimitException, NotImplemented */
export function forwardFrom(action: Action, { store, call, loadBalancerArn }: ActionPlace): Forward {
  const targetGroups = weighted(action).map(({ arn, weight }) => ({
    targetGroupArn: store.targetGroup(call, arn).arn,
    weight,
  }));
  checkAssociations(store, targetGroups, loadBalancerArn);
  return { type: "forward", targetGroups };
}

/** In both spellings where there is one target group. */
export function forwardView({ targetGroups }: Forward): Partial<Action> {
  const [first, ...more] = targetGroups;
  return {
    ...(first !== undefined && more.length === 0 ? { TargetGroupArn: first.targetGroupArn } : {}),
    ForwardConfig: {
      TargetGroups: targetGroups.map(({ targetGroupArn, weight }) => ({
        TargetGroupArn: targetGroupArn,
        Weight: weight,
      })),
      TargetGroupStickinessConfig: { Enabled: false },
    },
  };
}

function weighted({ TargetGroupArn, ForwardConfig }: Action): { arn: string | undefined; weight: number }[] {
  if (ForwardConfig === undefined) {
    if (TargetGroupArn === undefined) throw validationError("You must specify a target group for a forward action");
    return [{ arn: TargetGroupArn, weight: 1 }];
  }
  const groups = configured(ForwardConfig);
  if (TargetGroupArn !== undefined && (groups.length !== 1 || groups[0]?.arn !== TargetGroupArn))
    throw validationError(
      "If you specify both ForwardConfig and TargetGroupArn, ForwardConfig can have only the target group of TargetGroupArn",
    );
  return groups;
}

function configured({ TargetGroups = [], TargetGroupStickinessConfig }: ForwardActionConfig) {
  if (TargetGroupStickinessConfig?.Enabled === true) throw notImplemented("target group stickiness");
  const arns = TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn);
  if (arns.length === 0 || arns.length > MAX_TARGET_GROUPS)
    throw validationError(`You must specify from 1 to ${MAX_TARGET_GROUPS} target groups for a forward action`);
  if (new Set(arns).size < arns.length) throw validationError("The target groups of an action must be unique");
  return TargetGroups.map(({ TargetGroupArn, Weight = 1 }) => {
    checkRange("weight", Weight, { min: 0, max: MAX_WEIGHT });
    return { arn: TargetGroupArn, weight: Weight };
  });
}

function checkAssociations(store: Store, groups: Forward["targetGroups"], loadBalancerArn: string): void {
  const elsewhere = groups
    .map(({ targetGroupArn }) => targetGroupArn)
    .filter((arn) => store.loadBalancersOf(arn).some((other) => other !== loadBalancerArn));
  if (elsewhere.length > 0)
    throw new AwsError(
      "TargetGroupAssociationLimitException",
      `The following target groups cannot be associated with more than one load balancer: ${elsewhere.join(", ")}`,
    );
}
