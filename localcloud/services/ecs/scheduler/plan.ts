/**
 * How many tasks a service may start and stop now: the arithmetic of a rolling update.
 *
 * - floor = ceil(desired × minimumHealthyPercent): so many stay healthy;
 * - ceiling = floor(desired × maximumPercent): at most so many are RUNNING or on their way to it.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
import type { Task } from "../state.ts";

export interface Member {
  readonly task: Task;
  readonly running: boolean;
  /** RUNNING, and healthy by every check that it has. */
  readonly healthy: boolean;
  /** Found unhealthy; to be replaced. */
  readonly condemned: boolean;
}

export interface Situation {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Tasks meant to run, of the PRIMARY deployment; the oldest first. */
  readonly primary: readonly Member[];
  /** Tasks meant to run, of older deployments. */
  readonly others: readonly Member[];
  /** Whether the PRIMARY deployment may start tasks at all (it has not failed, and is not backing off). */
  readonly mayStart: boolean;
}

export interface Plan {
  readonly start: number;
  readonly stop: readonly Task[];
  /** Tasks are missing, but the percentages allow neither a start nor a stop. */
  readonly stuck: boolean;
}

export function plan(situation: Situation): Plan {
  const { desired, primary, others, mayStart } = situation;
  const floor = Math.ceil((desired * situation.minimumHealthyPercent) / 100);
  const ceiling = Math.floor((desired * situation.maximumPercent) / 100);

  const sound = primary.filter(({ condemned }) => !condemned);
  const condemned = primary.filter((member) => member.condemned);
  const surplus = surplusOf(sound, desired);
  const useless = others.filter((member) => !member.running || member.condemned);
  const serving = others.filter((member) => !useless.includes(member)).sort(unprovenFirst);

  const missing = Math.max(0, desired - sound.length);
  const kept = sound.length - surplus.length + condemned.length + serving.length;
  const shortage = mayStart ? Math.max(0, missing - Math.max(0, ceiling - kept)) : 0;

  const healthy = sound.filter((member) => member.healthy).length - surplus.filter((member) => member.healthy).length;
  const replaced = healthy >= desired;
  const sacrificed = replaced ? condemned : condemned.slice(0, shortage);
  const retired = serving.slice(
    0,
    retirable({ serving: serving.length, healthy, desired, floor, shortage: shortage - sacrificed.length }),
  );

  const stop = [...surplus, ...useless, ...sacrificed, ...retired];
  const room = Math.max(0, ceiling - (primary.length + others.length - stop.length));
  const start = mayStart ? Math.min(missing, room) : 0;
  const underWay = sound.some((member) => !member.healthy);
  return {
    start,
    stop: stop.map(({ task }) => task),
    stuck: mayStart && missing > 0 && start === 0 && stop.length === 0 && !underWay,
  };
}

/** A task that runs but is not known to be healthy yet may serve, so it stays within the floor; but it is the first to go. */
function unprovenFirst(one: Member, other: Member): number {
  return Number(one.healthy) - Number(other.healthy);
}

/** What the PRIMARY deployment has beyond the desired count: what is not healthy yet goes first, then the newest. */
function surplusOf(sound: readonly Member[], desired: number): readonly Member[] {
  const keepFirst = [...sound].sort((one, other) => Number(other.healthy) - Number(one.healthy));
  return keepFirst.slice(desired);
}

interface Retirement {
  readonly serving: number;
  /** Of the PRIMARY deployment. */
  readonly healthy: number;
  readonly desired: number;
  readonly floor: number;
  /** Starts for which there is no room. */
  readonly shortage: number;
}

/** How many serving tasks of older deployments may stop: those replaced, and those in the way, but never below the floor. */
function retirable({ serving, healthy, desired, floor, shortage }: Retirement): number {
  const above = (least: number) => Math.max(0, serving + healthy - least);
  return Math.min(above(floor), Math.max(above(desired), Math.max(0, shortage)));
}
