/** What all releases have in common whose tasks never serve, and how the demo service's ECS answers them. */
import type { Seen } from "./failure.ts";
import type { Release } from "./release.ts";

/** Waits for it. */
export function given(release: Release): Release {
  return { ...release, flags: [...(release.flags ?? []), "--wait-until", "deployed"] };
}

/**
 * Back at the good release, which serves on: the service has a circuit breaker that rolls back.
 * @param stops whether it was certain before the circuit breaker tripped
 */
export function rolledBack({
  stops,
  ...seen
}: Pick<Seen, "cause" | "why" | "fix" | "evidence"> & { stops: boolean }): Seen {
  return {
    outcome: "rolled-back",
    exitCode: 1,
    ...seen,
    now: /^now {6}ecs-demo:2: 1 of 1 running\. ecs-demo:3 stays registered$/m,
    mutating: ["RegisterTaskDefinition", "UpdateService", ...(stops ? ["StopServiceDeployment"] : [])],
  };
}
