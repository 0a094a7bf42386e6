import type {
  CreateRuleInput,
  ElasticLoadBalancingV2,
  Rule,
  RulePriorityPair,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Call, Operations } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { actionFrom, actionView } from "./actions.ts";
import { newRuleArn } from "./arns.ts";
import { conditionsFrom, conditionView } from "./conditions.ts";
import { checkRange, validationError } from "./errors.ts";
import { page } from "./paging.ts";
import { refuseMembers } from "./refusals.ts";
import type { RuleRecord, Store } from "./store.ts";
import { checkTags, putTags } from "./tags.ts";

/** The quota "rules per Application Load Balancer", not counting default rules. */
const MAX_RULES = 100;
const PRIORITIES = { min: 1, max: 50_000 };

export function ruleOperations(store: Store) {
  return {
    CreateRule: (input, call) => ({ Rules: [view(create(store, call, input))] }),
    DescribeRules: ({ ListenerArn, RuleArns, ...paging }, call) => {
      const { items, ...rest } = page(selected(store, call, ListenerArn, RuleArns), paging);
      return { Rules: items.map(view), ...rest };
    },
    ModifyRule: ({ RuleArn, Conditions, Actions, ...rest }, call) => {
      refuseMembers(rest, ["ResetTransforms", "Transforms"]);
      const rule = store.rule(call, RuleArn);
      if (Conditions === undefined && Actions === undefined)
        throw validationError("Either conditions or actions must be specified");
      const loadBalancerArn = loadBalancerOf(store, rule.listenerArn);
      if (rule.priority === undefined) throw defaultRule(rule, "modified");
      const conditions = Conditions === undefined ? rule.conditions : conditionsFrom(Conditions);
      const action = Actions === undefined ? rule.action : actionFrom(Actions, { store, call, loadBalancerArn });
      Object.assign(rule, { conditions, action });
      store.rulesChanged(rule.listenerArn);
      return { Rules: [view(rule)] };
    },
    DeleteRule: ({ RuleArn }, call) => {
      const rule = store.rule(call, RuleArn);
      if (rule.priority === undefined) throw defaultRule(rule, "deleted");
      store.remove(store.rules, rule.arn);
      store.rulesChanged(rule.listenerArn);
      return {};
    },
    SetRulePriorities: ({ RulePriorities = [] }, call) => ({
      Rules: setPriorities(store, call, RulePriorities).map(view),
    }),
  } satisfies Operations<ElasticLoadBalancingV2>;
}

function create(store: Store, call: Call, input: CreateRuleInput): RuleRecord {
  const listenerArn = store.listener(call, input.ListenerArn).arn;
  refuseMembers(input, ["Transforms"]);
  if (input.Priority === undefined) throw validationError("A priority must be specified");
  checkRange("priority", input.Priority, PRIORITIES);
  const conditions = conditionsFrom(input.Conditions);
  if (store.rulesOf(listenerArn).some(({ priority }) => priority === input.Priority)) throw inUse(input.Priority);
  const loadBalancerArn = loadBalancerOf(store, listenerArn);
  const action = actionFrom(input.Actions, { store, call, loadBalancerArn });
  checkQuota(store, loadBalancerArn);
  checkTags(input.Tags);
  const rule = { arn: newRuleArn(listenerArn), listenerArn, priority: input.Priority, conditions, action };
  store.rules.set(rule.arn, rule);
  putTags(store, rule.arn, input.Tags);
  store.rulesChanged(listenerArn);
  return rule;
}

/** All or nothing: the priorities may be exchanged, but no two rules of a listener may end with the same. */
function setPriorities(store: Store, call: Call, pairs: readonly RulePriorityPair[]): RuleRecord[] {
  const wanted = new Map(pairs.map(({ RuleArn, Priority }) => [store.rule(call, RuleArn), Priority ?? 0]));
  for (const [rule, priority] of wanted) {
    if (rule.priority === undefined) throw defaultRule(rule, "modified");
    checkRange("priority", priority, PRIORITIES);
  }
  for (const [rule, priority] of wanted) {
    const others = store.rulesOf(rule.listenerArn).filter((other) => other !== rule);
    if (others.some((other) => (wanted.get(other) ?? other.priority) === priority)) throw inUse(priority);
  }
  for (const [rule, priority] of wanted) rule.priority = priority;
  for (const listenerArn of new Set([...wanted.keys()].map((rule) => rule.listenerArn)))
    store.rulesChanged(listenerArn);
  return [...wanted.keys()];
}

function selected(
  store: Store,
  call: Call,
  listenerArn: string | undefined,
  ruleArns: readonly string[] | undefined,
): RuleRecord[] {
  const byRules = ruleArns !== undefined && ruleArns.length > 0;
  if (byRules === (listenerArn !== undefined))
    throw validationError("You must specify either listener rule ARNs or a listener ARN");
  return byRules ? ruleArns.map((arn) => store.rule(call, arn)) : store.rulesOf(store.listener(call, listenerArn).arn);
}

function checkQuota(store: Store, loadBalancerArn: string): void {
  const rules = store.listenersOf(loadBalancerArn).flatMap(({ arn }) => store.rulesOf(arn));
  if (rules.filter(({ priority }) => priority !== undefined).length >= MAX_RULES)
    throw new AwsError(
      "TooManyRulesException",
      `The maximum number of rules on load balancer '${loadBalancerArn}' has been reached`,
    );
}

function loadBalancerOf(store: Store, listenerArn: string): string {
  return store.listeners.get(listenerArn)?.loadBalancerArn ?? "";
}

function inUse(priority: number): AwsError {
  return new AwsError("PriorityInUseException", `Priority '${priority}' is currently in use`);
}

function defaultRule({ arn }: RuleRecord, what: "deleted" | "modified"): AwsError {
  return new AwsError("OperationNotPermittedException", `Default rule '${arn}' cannot be ${what}`);
}

function view({ arn, priority, conditions, action }: RuleRecord): Rule {
  return {
    RuleArn: arn,
    Priority: priority === undefined ? "default" : String(priority),
    Conditions: conditions.map(conditionView),
    Actions: [actionView(action)],
    IsDefault: priority === undefined,
  };
}
