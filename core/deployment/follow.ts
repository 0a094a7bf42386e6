import type { Clients } from "../platform/aws/clients.ts";
import { ToolkitError } from "../platform/errors.ts";
import { WatchTeller } from "../report/watch-teller.ts";
import type { Facts } from "./facts.ts";
import type { PinnedDeployment, Strategy } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";
import { WatchEnded } from "./watch-ended.ts";

/**
 * Runs a watch to its verdict, tells what it sees, one line per change, and keeps how the counts changed.
 * @throws {WatchEnded} where the watch cannot go on; the message says what goes on without it
 */
export async function followDeployment(
  strategy: Strategy,
  clients: Clients,
  pinned: PinnedDeployment,
  { run, readings, startedAt, timeline }: Pick<Facts, "run" | "readings" | "startedAt" | "timeline">,
): Promise<Verdict> {
  const watch = strategy.watch(clients, pinned, { ...run, readings });
  const teller = new WatchTeller(run.log);
  try {
    for (;;) {
      const next = await watch.next();
      if (next.done === true) return next.value;
      const atMs = run.clock.now() - startedAt;
      teller.tell(next.value, atMs);
      if (next.value.type === "counts") timeline.push({ atMs, ours: next.value.ours, others: next.value.others });
    }
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error;
    throw new WatchEnded(error, { pinned, service: readings.latest(pinned.name) });
  }
}
