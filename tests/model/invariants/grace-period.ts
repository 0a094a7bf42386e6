import { sameService } from "../snapshot.ts";
import { first, type Invariant } from "./invariant.ts";

/**
 * No task is found unhealthy while the service's health-check grace period runs, from the task's start.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
 */
export const gracePeriod: Invariant = {
  name: "grace period",
  start: () => (now, before) =>
    first(now.services, (service) => {
      const known = sameService(before, service)?.tasks ?? [];
      const seconds = service.shape.healthCheckGracePeriodSeconds ?? 0;
      const early = [...service.tasks, ...service.ended].find(
        ({ taskArn, startedAt, stoppingAt, stoppedReason = "" }) => {
          const was = known.find((task) => task.taskArn === taskArn);
          if (was?.stoppingAt !== undefined || !stoppedReason.startsWith("Task failed ")) return false;
          return (stoppingAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0) < seconds * 1000;
        },
      );
      if (early === undefined) return undefined;
      return `task ${early.taskArn} was found unhealthy within ${seconds} s: ${early.stoppedReason}`;
    }),
};
