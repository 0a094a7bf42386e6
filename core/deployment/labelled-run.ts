import type { DeployRun } from "./facts.ts";
import type { Plan } from "./plan.ts";

/** The run as one of several services has it: what is said names the service. */
export function labelledRun(run: DeployRun, { name, service }: Plan, plans: readonly Plan[]): DeployRun {
  if (plans.length === 1) return run;
  const { log } = run;
  const label = (line: string) => `${service.serviceName ?? name.service}  ${line}`;
  return {
    ...run,
    log: {
      step: (phase, line) => log.step(phase, phase === "service" ? line : label(line)),
      warn: (line) => log.warn(label(line)),
      // The figures of several services would redraw one another.
      progress: () => undefined,
    },
  };
}
