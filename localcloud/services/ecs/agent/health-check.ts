/**
 * A container's health check, run as Docker runs it for the ECS agent: first one interval after the start, then every
 * interval; failures during the start period do not count, the first success ends that period.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
import type { HealthCheck } from "@aws-sdk/client-ecs";
import type { RunningContainer } from "../../../runtime/runtime.ts";
import type { AgentDependencies } from "./surroundings.ts";

type Health = "HEALTHY" | "UNHEALTHY";

/** Calls back whenever the health changes. The returned function ends the checks. */
export function watchHealth(
  container: Pick<RunningContainer, "exec">,
  check: HealthCheck,
  { clock, deadlines = clock }: Pick<AgentDependencies, "clock" | "deadlines">,
  onChange: (health: Health) => void,
): () => void {
  const { intervalMs, timeoutMs, retries, startPeriodMs } = settings(check);
  const startedAt = clock.now();
  const command = execCommand(check.command ?? []);
  let health: Health | undefined;
  let failures = 0;
  let ended = false;
  let cancel = clock.after(intervalMs, probe);

  function probe(): void {
    const timeout = new AbortController();
    const cancelTimeout = deadlines.after(timeoutMs, () => timeout.abort());
    container
      .exec(command, timeout.signal)
      .then(
        (exitCode) => exitCode === 0 && !timeout.signal.aborted,
        () => false,
      )
      .then((passed) => {
        cancelTimeout();
        if (ended) return;
        judge(passed);
        cancel = clock.after(intervalMs, probe);
      });
  }

  function judge(passed: boolean): void {
    const starting = health === undefined && clock.now() - startedAt < startPeriodMs;
    failures = passed ? 0 : starting ? failures : failures + 1;
    const now = passed ? "HEALTHY" : failures >= retries ? "UNHEALTHY" : health;
    if (now === health || now === undefined) return;
    health = now;
    onChange(now);
  }

  return () => {
    ended = true;
    cancel();
  };
}

function settings({ interval = 30, timeout = 5, retries = 3, startPeriod = 0 }: HealthCheck) {
  return { intervalMs: interval * 1000, timeoutMs: timeout * 1000, retries, startPeriodMs: startPeriod * 1000 };
}

/** `CMD` is run as it is; `CMD-SHELL` is one string for the container's shell. */
function execCommand([form, ...words]: readonly string[]): string[] {
  return form === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
}
