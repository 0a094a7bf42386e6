import type { Clients } from "../platform/aws/clients.ts";
import type { Clock } from "../platform/clock.ts";
import { withinLimit } from "../platform/time-limit.ts";
import { DeploymentStopper } from "./deployment-stopper.ts";
import type { WatchEvent } from "./events.ts";
import { FailFast } from "./fail-fast.ts";
import { Rollout } from "./rollout.ts";
import { ServicePoller } from "./service-poller.ts";
import { StopWatch } from "./stop-watch.ts";
import type { PinnedDeployment, Strategy, WatchRun } from "./strategy.ts";
import { TargetWatch } from "./target-watch.ts";
import type { Verdict } from "./verdict.ts";

/** GitHub kills a cancelled step 10 s after it asked it to end: what is read then, and the one call, have half of it each. */
const cancelledWithinMs = 4_000;

/**
 * Rolling update by the ECS deployment controller. The verdict needs DescribeServices alone; ListTasks and
 * DescribeTasks add why tasks stopped, where they are allowed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export const rolling: Strategy = { name: "rolling", watch };

async function* watch(clients: Clients, pinned: PinnedDeployment, run: WatchRun): AsyncGenerator<WatchEvent, Verdict> {
  const { clock, signal, readings } = run;
  using poller = new ServicePoller(readings, pinned.name, { clock, signal, deadline: pinned.deadline });
  const rollout = new Rollout(pinned);
  const stops = new StopWatch(clients, pinned, poller.ending);
  const targets = new TargetWatch(clients, poller.ending);
  const stopper = new DeploymentStopper(clients.ecs, pinned, clock);
  const failFast = new FailFast(pinned, stopper, { signal, ending: poller.ending });
  if (pinned.onCancel === "rollback") stopper.lookAhead(signal);
  let failing = false;
  for (;;) {
    const reading = await poller.next();
    if (reading.kind === "failed") {
      if (!failing) yield { type: "reading-failed", reason: reading.reason };
      failing = true;
      continue;
    }
    failing = false;
    if (reading.kind === "cancelled") return whenCancelled(rollout.end("cancelled"), pinned, { stopper, clock });
    if (reading.kind === "deadline") return rollout.end("deadline");
    const { service } = reading;
    const { events, verdict } = rollout.observe(service, clock.now());
    yield { type: "reading" };
    yield* await stops.lookFor(events);
    yield* events;
    if (verdict === undefined) yield* await targets.lookAt(service, clock.now());
    const { stopped } = stops;
    const end = yield* failFast.judge({ service, stopped, verdict }, (reason) => rollout.fail(reason, clock.now()));
    if (end !== undefined) return end;
  }
}

/** The run's signal has ended already, so the one call that is left has a time of its own. */
async function whenCancelled(
  end: Verdict,
  { onCancel }: PinnedDeployment,
  { stopper, clock }: { stopper: DeploymentStopper; clock: Clock },
): Promise<Verdict> {
  if (end.outcome !== "cancelled" || onCancel === "leave") return end;
  const asked = await withinLimit(cancelledWithinMs, { clock }, (reading) =>
    stopper.rollBack(reading, cancelledWithinMs),
  );
  if (asked.requested) return { ...end, rollbackRequested: true };
  return { ...end, reason: `${end.reason}; its ${asked.words}` };
}
