import type { TargetHealthReasonEnum } from "@aws-sdk/client-elastic-load-balancing-v2";

/** How a target answered its health check. */
export interface TargetAnswer {
  /** Elastic Load Balancing's code for it, `undefined` where nothing tells. */
  readonly reason: TargetHealthReasonEnum | undefined;
  /** In its words; empty where nothing tells. */
  readonly description: string;
  /** After the request: `answered 404`. */
  readonly inWords: string;
  /** The HTTP codes that it answered. */
  readonly codes: readonly number[];
}

/**
 * What a description of a target's health stands for: an event of Amazon ECS carries only that, not the code.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-reason-codes
 */
export function answerOf(description: string): TargetAnswer {
  const listed = /codes: \[([\d, ]+)\]/.exec(description)?.[1];
  if (listed !== undefined) {
    const codes = listed.split(",").map(Number);
    return { reason: "Target.ResponseCodeMismatch", description, inWords: `answered ${listed}`, codes };
  }
  if (/timed? ?out/i.test(description))
    return { reason: "Target.Timeout", description, inWords: "timed out", codes: [] };
  if (/internal error/i.test(description))
    return { reason: "Elb.InternalError", description, inWords: "failed", codes: [] };
  if (/^health checks failed\.?$/i.test(description))
    return { reason: "Target.FailedHealthChecks", description, inWords: "got no answer", codes: [] };
  return { reason: undefined, description, inWords: "failed", codes: [] };
}
