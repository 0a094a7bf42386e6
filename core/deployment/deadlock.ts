import type { Service } from "@aws-sdk/client-ecs";
import type { PinnedDeployment } from "./strategy.ts";

/**
 * Why a deployment cannot move, in ECS's words: none of its tasks may start beside those of the deployment before, and
 * none of those may stop for it. ECS's event alone may be about a moment, so the percentages have to say it too.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
export function deadlockReason(
  service: Service,
  { id, createdAt, earlierEvents }: PinnedDeployment,
): string | undefined {
  const { desiredCount = 0, deployments = [], deploymentConfiguration = {}, events = [] } = service;
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = deploymentConfiguration;
  const floor = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  const ceiling = Math.floor((desiredCount * maximumPercent) / 100);
  const ours = deployments.find((deployment) => deployment.id === id);
  const serving = deployments.filter((deployment) => deployment !== ours);
  const running = serving.reduce((sum, { runningCount = 0 }) => sum + runningCount, 0);
  const begun = (ours?.runningCount ?? 0) + (ours?.pendingCount ?? 0);
  if (begun > 0 || running < ceiling || running > floor) return undefined;
  const stuck = events.find(
    (event) =>
      event.message?.includes("because of the service deployment configuration") === true &&
      !earlierEvents.has(event.id ?? "") &&
      event.createdAt !== undefined &&
      event.createdAt >= createdAt,
  );
  return stuck?.message;
}
