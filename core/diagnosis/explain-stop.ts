import { type Evidence, serviceName } from "./evidence.ts";
import type { Explanation } from "./explanation.ts";

/**
 * A deployment that somebody stopped, which ECS rolls back like a failed one.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html
 * @param reason why the watch ended, in AWS's words
 */
export function explainStop(evidence: Evidence, reason: string): Explanation | undefined {
  if (!/stopped by (a |the )?user/i.test(reason)) return undefined;
  return {
    cause: "stopped",
    why: `somebody stopped the deployment: ${reason.replace(/\.$/, "")}`,
    fix: `see who stopped the deployment of service ${serviceName(evidence)} (StopServiceDeployment in CloudTrail), and deploy again`,
  };
}
