import { breaker, failedTasks } from "./circuit-breaker.ts";
import { completed, counts, desiredCounts, onePrimary, rolloutStates } from "./deployments.ts";
import { events } from "./events.ts";
import { gracePeriod } from "./grace-period.ts";
import type { Invariant } from "./invariant.ts";
import { drained, owner, targetOfTask, taskWithTarget } from "./ownership.ts";
import { ceiling, floor, starts } from "./percentages.ts";
import { agreement, records, rollbackTarget } from "./service-deployments.ts";

export const INVARIANTS: readonly Invariant[] = [
  completed,
  owner,
  targetOfTask,
  taskWithTarget,
  drained,
  onePrimary,
  counts,
  desiredCounts,
  rolloutStates,
  records,
  agreement,
  rollbackTarget,
  floor,
  ceiling,
  starts,
  gracePeriod,
  failedTasks,
  breaker,
  events,
];
