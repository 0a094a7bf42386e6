import type { StoppedContainer, StoppedTask } from "./stopped-tasks.ts";

/** What ECS says of a task's end, and of which of its containers, where it is one. */
interface StopReason {
  readonly words: string;
  readonly container: StoppedContainer | undefined;
}

/** A container's own reason tells more than its task's. */
export function reasonMatching(task: StoppedTask, pattern: RegExp): StopReason | undefined {
  const container = task.containers.find(({ reason }) => reason !== undefined && pattern.test(reason));
  if (container?.reason !== undefined) return { words: container.reason, container };
  return pattern.test(task.stoppedReason) ? { words: task.stoppedReason, container: undefined } : undefined;
}
