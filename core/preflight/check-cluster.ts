import type { EcsApi } from "../platform/aws/ecs.ts";
import { optional } from "../platform/aws/failures.ts";
import type { CheckOptions, Finding } from "./finding.ts";

/** The cluster is ACTIVE: one DescribeClusters. */
export async function checkCluster(
  ecs: Pick<EcsApi, "describeClusters">,
  cluster: string,
  { signal, note }: CheckOptions,
): Promise<readonly Finding[]> {
  const answer = await optional(
    "ecs:DescribeClusters",
    ecs.describeClusters({ clusters: [cluster] }, { signal }),
    note,
  );
  if (answer === undefined) return [];
  const status = answer.clusters?.[0]?.status ?? "not there";
  if (status === "ACTIVE") return [];
  return [{ severity: "error", what: `cluster ${cluster} is ${status}`, remedy: `Create cluster ${cluster} again.` }];
}
