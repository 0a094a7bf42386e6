import { request } from "node:http";
import type { TargetHealthReasonEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Clock } from "../clock.ts";
import { statusMatches } from "./health-check.ts";

/** What one health check found; `reason` and `description` in AWS's words. */
export type ProbeResult =
  | { readonly healthy: true }
  | { readonly healthy: false; readonly reason: TargetHealthReasonEnum; readonly description: string };

interface ProbeRequest {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly timeoutSeconds: number;
  readonly matcher: string;
}

/** Asks a target once how it is. Never rejects: what goes wrong is the result. Ends early when the signal aborts. */
export type Probe = (request: ProbeRequest, signal: AbortSignal) => Promise<ProbeResult>;

/**
 * Probes with `GET path`, each on a connection of its own that is closed afterwards, as a load balancer node does.
 * The answer's code decides as soon as its headers are here; the body is read to its end and dropped, so that the
 * target does not see a broken connection.
 */
export function httpProbe(deadlines: Clock): Probe {
  return (probe, signal) =>
    new Promise((resolve) => {
      const check = request({
        host: probe.host,
        port: probe.port,
        path: probe.path,
        agent: false,
        headers: {
          Host: `${probe.host}:${probe.port}`,
          Connection: "close",
          "User-Agent": "ELB-HealthChecker/2.0",
          "Accept-Encoding": "gzip, compressed",
        },
      });
      const end = () => check.destroy();
      const cancelTimeout = deadlines.after(probe.timeoutSeconds * 1000, () => {
        resolve(failed("Target.Timeout", "Request timed out"));
        end();
      });
      signal.addEventListener("abort", end, { once: true });
      check.on("response", (answer) => {
        const status = answer.statusCode ?? 0;
        resolve(statusMatches(probe.matcher, status) ? { healthy: true } : mismatch(status));
        answer.on("error", end).resume();
      });
      check.on("error", () => resolve(failed("Target.FailedHealthChecks", "Health checks failed")));
      check.on("close", () => {
        cancelTimeout();
        signal.removeEventListener("abort", end);
        resolve(failed("Target.FailedHealthChecks", "Health checks failed"));
      });
      check.end();
    });
}

function mismatch(status: number): ProbeResult {
  return failed("Target.ResponseCodeMismatch", `Health checks failed with these codes: [${status}]`);
}

function failed(reason: TargetHealthReasonEnum, description: string): ProbeResult {
  return { healthy: false, reason, description };
}
