import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { shortArn } from "../platform/arn.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { ServiceNow } from "./deploy-result.ts";
import type { Proof } from "./proof.ts";
import type { PinnedDeployment } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";

interface Ending {
  readonly pinned: PinnedDeployment;
  readonly verdict: Verdict;
  readonly now: ServiceNow;
  readonly proof: Proof;
  readonly diagnosis: Diagnosis | undefined;
  readonly serviceName: string;
}

/** The error for an ending that is not what was asked for: what happened, why, and what to do. */
export function outcomeError(ending: Ending): ToolkitError | undefined {
  const { pinned, verdict, now, proof, diagnosis, serviceName } = ending;
  const target = shortArn(pinned.taskDefinitionArn);
  const why = diagnosis?.why ?? verdict.reason;
  const fate = fateOf(ending);
  const fix = diagnosis === undefined ? undiagnosed(target, serviceName, now) : capitalised(diagnosis.fix);
  const serving = now.taskDefinitionArn === undefined ? "the revision before" : shortArn(now.taskDefinitionArn);
  switch (verdict.outcome) {
    case "deployed":
      return proof.status === "contradicted" ? contradicted(target, proof, serviceName) : undefined;
    case "rolled-back":
      return new ToolkitError(
        "DEPLOYMENT_ROLLED_BACK",
        `${target} ${fate}, Amazon ECS went back to ${serving}: ${why}`,
        `${fix}.`,
      );
    case "failed":
      return new ToolkitError("DEPLOYMENT_FAILED", `${target} ${fate}: ${why}`, `${fix}.`);
    case "timed-out":
      return new ToolkitError(
        "DEPLOYMENT_TIMED_OUT",
        `${target} was not complete at the deadline: ${why}`,
        `${fix}; the deployment goes on.`,
      );
    case "superseded":
      return new ToolkitError(
        "DEPLOYMENT_SUPERSEDED",
        `a newer deployment took over before ${target} was complete: ${verdict.reason}`,
        supersededRemedy(target, serving, serviceName),
      );
    case "cancelled":
      if (verdict.rollbackRequested) {
        return new ToolkitError(
          "DEPLOYMENT_CANCELLED",
          `the run was ended from outside: Amazon ECS was asked to roll back deployment ${pinned.id} of ${target}`,
          `Watch service ${serviceName} until its rollback is complete.`,
        );
      }
      return new ToolkitError(
        "DEPLOYMENT_CANCELLED",
        `${verdict.reason}: deployment ${pinned.id} of ${target} goes on`,
        `Watch service ${serviceName}, or deploy the revision before to go back.`,
      );
  }
}

function fateOf({ diagnosis, now }: Ending): string {
  if (now.status !== "ACTIVE") return "lost its service";
  return diagnosis?.cause === "stopped" ? "was stopped" : "did not come up";
}

function undiagnosed(target: string, serviceName: string, { status }: ServiceNow): string {
  if (status === "ACTIVE") return `Look at the events of service ${serviceName}`;
  return `Create service ${serviceName} again if it is to run ${target}`;
}

function supersededRemedy(target: string, serving: string, serviceName: string): string {
  if (target === serving) return `Watch service ${serviceName}: the newer deployment is of ${target}, too.`;
  return `Deploy again only if ${target} and not ${serving} is what service ${serviceName} should run.`;
}

function contradicted(target: string, proof: Proof, serviceName: string): ToolkitError {
  return new ToolkitError(
    "DEPLOYMENT_CONTRADICTED",
    `ECS reports ${target} as deployed, but ${proof.reason}`,
    `Look at the running tasks and targets of service ${serviceName}.`,
  );
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
