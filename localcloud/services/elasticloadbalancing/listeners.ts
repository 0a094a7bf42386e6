import type {
  CreateListenerInput,
  ElasticLoadBalancingV2,
  Listener,
  ModifyListenerInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Call, Operations } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { actionFrom, actionView } from "./actions.ts";
import { newListenerArn, newRuleArn } from "./arns.ts";
import { checkRange, validationError } from "./errors.ts";
import { trafficSettings } from "./load-balancer-attributes.ts";
import { page } from "./paging.ts";
import { refuseMembers, refuseOthers } from "./refusals.ts";
import type { ListenerRecord, Store } from "./store.ts";
import { checkTags, putTags } from "./tags.ts";

/** The quota "listeners per Application Load Balancer". */
const MAX_LISTENERS = 50;

export function listenerOperations(store: Store) {
  return {
    CreateListener: async (input, call) => {
      const listener = await create(store, call, input);
      return { Listeners: [view(store, listener)] };
    },
    DescribeListeners: ({ LoadBalancerArn, ListenerArns, ...paging }, call) => {
      const { items, ...rest } = page(selected(store, call, LoadBalancerArn, ListenerArns), paging);
      return { Listeners: items.map((item) => view(store, item)), ...rest };
    },
    ModifyListener: async (input, call) => {
      const listener = await modify(store, call, input);
      return { Listeners: [view(store, listener)] };
    },
    DeleteListener: async ({ ListenerArn }, call) => {
      const { arn } = store.listener(call, ListenerArn);
      store.removeListener(arn);
      await store.dataPlane.shut(arn);
      return {};
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

async function create(store: Store, call: Call, input: CreateListenerInput): Promise<ListenerRecord> {
  const loadBalancerArn = store.loadBalancer(call, input.LoadBalancerArn).arn;
  refuseUnimplemented(input);
  if (input.Protocol === undefined) throw validationError("A listener protocol must be specified");
  if (input.Port === undefined) throw validationError("A listener port must be specified");
  checkPort(store, loadBalancerArn, input.Port);
  if (store.listenersOf(loadBalancerArn).length >= MAX_LISTENERS)
    throw new AwsError("TooManyListenersException", "The maximum number of listeners has been reached");
  checkTags(input.Tags);
  const action = actionFrom(input.DefaultActions, { store, call, loadBalancerArn });
  const listener = { arn: newListenerArn(loadBalancerArn), loadBalancerArn, port: input.Port };
  const rule = {
    arn: newRuleArn(listener.arn),
    listenerArn: listener.arn,
    priority: undefined,
    conditions: [],
    action,
  };
  // Recorded before the port is bound, so that another call that comes meanwhile finds the port taken.
  store.listeners.set(listener.arn, listener);
  store.rules.set(rule.arn, rule);
  putTags(store, listener.arn, input.Tags);
  await opened(store, listener);
  return listener;
}

async function opened(store: Store, { arn, port, loadBalancerArn }: ListenerRecord): Promise<void> {
  try {
    await store.dataPlane.open(arn, port, store.routerOf(arn));
  } catch (error) {
    store.removeListener(arn);
    throw error;
  }
  // The listener, or all of its load balancer, may have been deleted while its port was bound.
  const loadBalancer = store.loadBalancers.get(loadBalancerArn);
  if (loadBalancer === undefined || !store.listeners.has(arn)) return store.dataPlane.shut(arn);
  store.dataPlane.treat(arn, trafficSettings(loadBalancer));
  store.rulesChanged(arn);
}

async function modify(store: Store, call: Call, input: ModifyListenerInput): Promise<ListenerRecord> {
  const listener = store.listener(call, input.ListenerArn);
  refuseUnimplemented(input);
  const { loadBalancerArn } = listener;
  const moves = input.Port !== undefined && input.Port !== listener.port;
  if (moves) checkPort(store, loadBalancerArn, input.Port);
  if (input.DefaultActions !== undefined) {
    const action = actionFrom(input.DefaultActions, { store, call, loadBalancerArn });
    for (const rule of store.rulesOf(listener.arn)) if (rule.priority === undefined) rule.action = action;
    store.rulesChanged(listener.arn);
  }
  if (moves && input.Port !== undefined) {
    listener.port = input.Port;
    await store.dataPlane.move(listener.arn, input.Port);
  }
  return listener;
}

function refuseUnimplemented(input: CreateListenerInput | ModifyListenerInput): void {
  refuseOthers("the listener protocol", input.Protocol, ["HTTP"]);
  refuseMembers(input, ["AlpnPolicy", "Certificates", "MutualAuthentication", "SslPolicy"]);
}

function checkPort(store: Store, loadBalancerArn: string, port: number | undefined): void {
  checkRange("port", port ?? 0, { min: 1, max: 65_535 });
  if (store.listenersOf(loadBalancerArn).some((listener) => listener.port === port))
    throw new AwsError(
      "DuplicateListenerException",
      `A listener already exists on this port for this load balancer '${loadBalancerArn}'`,
    );
}

function selected(
  store: Store,
  call: Call,
  loadBalancerArn: string | undefined,
  listenerArns: readonly string[] | undefined,
): ListenerRecord[] {
  if (listenerArns !== undefined && listenerArns.length > 0)
    return listenerArns.map((arn) => store.listener(call, arn));
  if (loadBalancerArn === undefined)
    throw validationError("You must specify either listener ARNs or a load balancer ARN");
  return store.listenersOf(store.loadBalancer(call, loadBalancerArn).arn);
}

/**
 * `Port` is the listener's port, also where another one had to be bound on this machine: it is what the caller asked
 * for, what a template or a second call compares, and what the listener's name in AWS would be. The bound port is the
 * data plane's to tell (`LoadBalancing.listeners`).
 */
function view(store: Store, { arn, loadBalancerArn, port }: ListenerRecord): Listener {
  const actions = store.rulesOf(arn).filter(({ priority }) => priority === undefined);
  return {
    ListenerArn: arn,
    LoadBalancerArn: loadBalancerArn,
    Port: port,
    Protocol: "HTTP",
    DefaultActions: actions.map(({ action }) => actionView(action)),
  };
}
