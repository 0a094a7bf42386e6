import type {
  CreateLoadBalancerInput,
  ElasticLoadBalancingV2,
  LoadBalancer,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Clock } from "../../clock.ts";
import type { Call, Operations } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { newLoadBalancerArn } from "./arns.ts";
import { loadBalancersNotFound, validationError } from "./errors.ts";
import { refuseProtected } from "./load-balancer-attributes.ts";
import { checkName } from "./names.ts";
import type { LoadBalancerNetwork } from "./network.ts";
import { page } from "./paging.ts";
import { securityGroupsOf, zonesOf } from "./placement.ts";
import { refuseMembers, refuseOthers } from "./refusals.ts";
import type { LoadBalancerRecord, Store } from "./store.ts";
import { checkTags, putTags } from "./tags.ts";

/** The quota "Application Load Balancers per Region". */
const MAX_LOAD_BALANCERS = 50;

/**
 * Every load balancer of the local cloud is reached by this name: the machine's own, which resolves without any set-up
 * (names below `.localhost` do not resolve everywhere). Load balancers differ by the ports of their listeners.
 */
const DNS_NAME = "localhost";

export function loadBalancerOperations(store: Store, network: LoadBalancerNetwork, clock: Clock) {
  return {
    CreateLoadBalancer: (input, call) => {
      const wanted = checked(input, network, clock, call);
      const existing = store.own(call, store.loadBalancers).find(({ name }) => name === wanted.name);
      if (existing !== undefined) return { LoadBalancers: [view(sameSettings(existing, wanted))] };
      if (store.own(call, store.loadBalancers).length >= MAX_LOAD_BALANCERS)
        throw new AwsError("TooManyLoadBalancersException", "The maximum number of load balancers has been reached");
      store.loadBalancers.set(wanted.arn, wanted);
      putTags(store, wanted.arn, input.Tags);
      return { LoadBalancers: [{ ...view(wanted), State: { Code: "provisioning" } }] };
    },
    DescribeLoadBalancers: ({ LoadBalancerArns, Names, ...paging }, call) => {
      const { items, ...rest } = page(selected(store, call, LoadBalancerArns, Names), paging);
      return { LoadBalancers: items.map(view), ...rest };
    },
    DeleteLoadBalancer: async ({ LoadBalancerArn }, call) => {
      const loadBalancer = store.findLoadBalancer(call, LoadBalancerArn);
      if (loadBalancer === undefined) return {};
      refuseProtected(loadBalancer);
      const listeners = store.listenersOf(loadBalancer.arn);
      for (const { arn } of listeners) store.removeListener(arn);
      store.remove(store.loadBalancers, loadBalancer.arn);
      await Promise.all(listeners.map(({ arn }) => store.dataPlane.shut(arn)));
      return {};
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

function checked(
  input: CreateLoadBalancerInput,
  network: LoadBalancerNetwork,
  clock: Clock,
  call: Call,
): LoadBalancerRecord {
  refuseOthers("the load balancer type", input.Type, ["application"]);
  refuseOthers("the IP address type", input.IpAddressType, ["ipv4"]);
  refuseMembers(input, ["CustomerOwnedIpv4Pool", "EnablePrefixForIpv6SourceNat", "IpamPools"]);
  const name = checkName("The load balancer name", input.Name);
  if (name.startsWith("internal-"))
    throw validationError(`The load balancer name '${name}' cannot begin with 'internal-'`);
  checkTags(input.Tags);
  const { vpcId, zones } = zonesOf(input, network);
  return {
    arn: newLoadBalancerArn(call, name),
    name,
    scheme: input.Scheme ?? "internet-facing",
    vpcId,
    zones,
    securityGroups: securityGroupsOf(input.SecurityGroups, vpcId, network),
    createdTime: new Date(clock.now()),
    attributes: new Map(),
  };
}

/** Creating what exists already, just so, is no error: the operation is idempotent. */
function sameSettings(existing: LoadBalancerRecord, wanted: LoadBalancerRecord): LoadBalancerRecord {
  const settings = ({ scheme, zones, securityGroups }: LoadBalancerRecord) =>
    JSON.stringify([scheme, zones.map(({ subnetId }) => subnetId).sort(), [...securityGroups].sort()]);
  if (settings(existing) === settings(wanted)) return existing;
  throw new AwsError(
    "DuplicateLoadBalancerNameException",
    `A load balancer with the same name '${wanted.name}' exists, but with different settings`,
  );
}

function selected(
  store: Store,
  call: Call,
  arns: readonly string[] | undefined,
  names: readonly string[] | undefined,
): LoadBalancerRecord[] {
  const all = store.own(call, store.loadBalancers);
  if (arns !== undefined && arns.length > 0) {
    if (names !== undefined && names.length > 0)
      throw validationError("Load balancer names and load balancer ARNs cannot be specified at the same time");
    return arns.map((arn) => store.loadBalancer(call, arn));
  }
  if (names === undefined || names.length === 0) return all;
  const missing = names.filter((name) => !all.some((loadBalancer) => loadBalancer.name === name));
  if (missing.length > 0) throw loadBalancersNotFound(missing);
  return all.filter(({ name }) => names.includes(name));
}

function view(record: LoadBalancerRecord): LoadBalancer {
  return {
    LoadBalancerArn: record.arn,
    LoadBalancerName: record.name,
    DNSName: DNS_NAME,
    CreatedTime: record.createdTime,
    Scheme: record.scheme,
    VpcId: record.vpcId,
    State: { Code: "active" },
    Type: "application",
    AvailabilityZones: record.zones.map(({ zoneName, subnetId }) => ({
      ZoneName: zoneName,
      SubnetId: subnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: [...record.securityGroups],
    IpAddressType: "ipv4",
  };
}
