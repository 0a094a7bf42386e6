import type { ServiceDiff } from "../deployment/service-diff.ts";
import { planLines } from "./plan-lines.ts";

/** What a deployment would change, in the words in which the deployment itself announces it. */
export function serviceDiffLines(diff: ServiceDiff): readonly string[] {
  return (diff.services ?? [diff]).flatMap(linesOf);
}

function linesOf(diff: ServiceDiff): readonly string[] {
  const { service, cluster, strategy, region, family, revision, changes, settings, taskDefinitionArn } = diff;
  return [
    [`${service} on ${cluster}`, strategy, region].filter(Boolean).join(" · "),
    ...planLines({ family, currentArn: taskDefinitionArn, revision, changes, settings, force: false }),
  ];
}
