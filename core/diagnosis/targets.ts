import type { Service } from "@aws-sdk/client-ecs";
import type { TargetGroup, TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ElbApi } from "../platform/aws/elb.ts";
import { optional } from "../platform/aws/failures.ts";
import type { TargetProblem } from "./diagnosis.ts";
import { targetGroupName } from "./explain-targets.ts";

interface Options {
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/** The target groups that the service registers its tasks in; empty where they may not be read. */
export async function targetGroups(
  elb: Pick<ElbApi, "describeTargetGroups">,
  service: Service,
  options: Options,
): Promise<readonly TargetGroup[]> {
  const TargetGroupArns = targetGroupArns(service);
  if (TargetGroupArns.length === 0) return [];
  const call = elb.describeTargetGroups({ TargetGroupArns }, { signal: options.signal });
  return (await optional("elasticloadbalancing:DescribeTargetGroups", call, options.note))?.TargetGroups ?? [];
}

/** The service's targets with their health, by target group name; `undefined` where they may not be read. */
export async function targetHealth(
  elb: Pick<ElbApi, "describeTargetHealth">,
  service: Service,
  { signal, note }: Options,
): Promise<ReadonlyMap<string, readonly TargetHealthDescription[]> | undefined> {
  const health = new Map<string, readonly TargetHealthDescription[]>();
  for (const TargetGroupArn of targetGroupArns(service)) {
    const call = elb.describeTargetHealth({ TargetGroupArn }, { signal });
    const answer = await optional("elasticloadbalancing:DescribeTargetHealth", call, note);
    if (answer === undefined) return undefined;
    health.set(targetGroupName(TargetGroupArn), answer.TargetHealthDescriptions ?? []);
  }
  return health;
}

/** The targets that are not healthy, and not on their way out. */
export function targetProblems(
  health: ReadonlyMap<string, readonly TargetHealthDescription[]>,
): readonly TargetProblem[] {
  return [...health].flatMap(([targetGroup, descriptions]) =>
    descriptions
      .filter(({ TargetHealth }) => !["healthy", "draining"].includes(TargetHealth?.State ?? ""))
      .map(({ Target, TargetHealth }) => ({
        targetGroup,
        target: `${Target?.Id ?? ""}:${Target?.Port ?? ""}`,
        state: TargetHealth?.State ?? "",
        reason: TargetHealth?.Reason ?? "",
        description: TargetHealth?.Description ?? "",
      })),
  );
}

function targetGroupArns(service: Service): string[] {
  return (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
}
