import type { ServiceDiff } from "../deployment/service-diff.ts";
import { planLines } from "./plan-lines.ts";

/** What a deployment would change, in the words in which the deployment itself announces it. */
export function serviceDiffLines(diff: ServiceDiff): readonly string[] {
  const { service, cluster, strategy, region, family, taskDefinitionArn: currentArn, changes, desiredCount } = diff;
  return [
    [`${service} on ${cluster}`, strategy, region].filter(Boolean).join(" · "),
    ...planLines({ family, currentArn, changes, desiredCount, force: false }),
  ];
}
