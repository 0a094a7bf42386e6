import { type DeployResult, succeeded } from "../deployment/deploy-result.ts";
import { failureOf } from "../report/failure.ts";
import type { TraceVerdict } from "./lines.ts";

/** How a result is told in a trace. */
export function verdictOf(result: DeployResult): TraceVerdict {
  const { outcome, error, diagnosis } = result;
  return {
    outcome,
    exitCode: succeeded(result) ? 0 : 1,
    ...(error !== undefined && { code: error.code }),
    ...(diagnosis !== undefined && { cause: diagnosis.cause }),
  };
}

/** How an error is told in a trace. */
export function verdictOfFailure(error: unknown, signal: AbortSignal): TraceVerdict {
  const { code } = failureOf(error, signal, "");
  return { outcome: code, exitCode: code === "INPUT_INVALID" ? 2 : 1 };
}
