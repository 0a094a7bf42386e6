import { type DeployResult, succeeded } from "./deploy-result.ts";

/** The worst first. */
const order: readonly DeployResult["outcome"][] = [
  "failed",
  "rolled-back",
  "timed-out",
  "cancelled",
  "superseded",
  "started",
  "deployed",
  "unchanged",
];

/**
 * One result for several services: that of the one that ended worst, with all of them in `services`, and an error that
 * says how many did not get there.
 */
export function overallResult(services: readonly DeployResult[]): DeployResult {
  const [worst] = [...services].sort((a, b) => rank(a) - rank(b));
  if (worst === undefined) throw new Error("there is no service to say anything of");
  const bad = services.filter((result) => !succeeded(result));
  const { error } = worst;
  const durationMs = Math.max(...services.map((result) => result.durationMs));
  if (error === undefined) return { ...worst, durationMs, services };
  const others = bad.filter((result) => result !== worst).map(({ service, outcome }) => `${service} ${outcome}`);
  const also = others.length === 0 ? "" : `; also ${others.join(", ")}`;
  const message = `${bad.length} of ${services.length} services: ${worst.service}: ${error.message}${also}`;
  return { ...worst, durationMs, services, error: { ...error, message } };
}

/** What succeeded but runs something else than was deployed is as bad as a failure. */
function rank(result: DeployResult): number {
  return order.indexOf(result.outcome) - (succeeded(result) ? 0 : order.length);
}
