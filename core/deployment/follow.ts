import type { Clients } from "../platform/aws/clients.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { Run } from "../platform/run.ts";
import { WatchTeller } from "../report/watch-teller.ts";
import type { PinnedDeployment, Strategy } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Runs a watch to its verdict and tells what it sees, one line per change.
 * @param startedAt the run's clock, for the times in the lines
 * @throws {ToolkitError} where the watch cannot go on; the message says what goes on without it
 */
export async function followDeployment(
  strategy: Strategy,
  clients: Clients,
  pinned: PinnedDeployment,
  run: Run,
  startedAt: number,
): Promise<Verdict> {
  const watch = strategy.watch(clients, pinned, run);
  const teller = new WatchTeller(run.log);
  try {
    for (;;) {
      const next = await watch.next();
      if (next.done === true) return next.value;
      teller.tell(next.value, run.clock.now() - startedAt);
    }
  } catch (error) {
    throw error instanceof ToolkitError ? stillRunning(error, pinned) : error;
  }
}

function stillRunning(error: ToolkitError, pinned: PinnedDeployment): ToolkitError {
  const { service } = pinned.name;
  const left =
    error.code === "ECS_SERVICE_NOT_FOUND"
      ? ""
      : `. Deployment ${pinned.id} of service ${service} goes on without being watched`;
  return new ToolkitError(error.code, `${error.message}${left}`, error.remedy, { cause: error });
}
