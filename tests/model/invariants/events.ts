/** Service events: the newest first, at most 100, and history is not rewritten. */
import type { ServiceEvent } from "@aws-sdk/client-ecs";
import { type ServiceView, sameService } from "../snapshot.ts";
import { first, type Invariant } from "./invariant.ts";

const MOST = 100;

export const events: Invariant = {
  name: "events",
  start: () => (now, before) =>
    first(now.services, (service) => {
      const all = eventsOf(service);
      const future = all.find(({ createdAt }) => timeOf(createdAt) > now.now);
      if (future !== undefined) return `an event is from the future: ${future.message}`;
      const late = all.find(({ createdAt }, index) => timeOf(createdAt) < timeOf(all[index + 1]?.createdAt));
      if (late !== undefined) return `an event is older than the one before it: ${late.message}`;
      if (all.length > MOST) return `there are ${all.length} events`;
      return rewritten(all, sameService(before, service));
    }),
};

function rewritten(all: readonly ServiceEvent[], earlier: ServiceView | undefined): string | undefined {
  const [newest] = earlier === undefined ? [] : eventsOf(earlier);
  if (newest === undefined || earlier === undefined) return undefined;
  const at = all.findIndex(({ id }) => id === newest.id);
  // A hundred newer ones have pushed it out.
  if (at === -1) return all.length === MOST ? undefined : `an event is gone: ${newest.message}`;
  const kept = eventsOf(earlier).slice(0, MOST - at);
  const wrong = kept.find(({ id }, index) => all[at + index]?.id !== id);
  return wrong === undefined ? undefined : `an event is gone: ${wrong.message}`;
}

function eventsOf({ shape }: ServiceView): readonly ServiceEvent[] {
  return shape.events ?? [];
}

function timeOf(date: Date | undefined): number {
  return date?.getTime() ?? Number.NEGATIVE_INFINITY;
}
