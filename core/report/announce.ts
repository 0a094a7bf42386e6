import type { DeployInput } from "../deployment/deploy-input.ts";
import { clusterName } from "../deployment/make-result.ts";
import type { Plan } from "../deployment/plan.ts";
import { regionOfArn } from "../platform/arn.ts";
import type { Log } from "../platform/log.ts";
import { planLines } from "./plan-lines.ts";

/** Says what is going to be deployed where, and what changes. */
export function announce(plan: Plan, input: DeployInput, log: Log): void {
  const { service, strategy } = plan;
  const region = regionOfArn(service.serviceArn ?? "");
  const place = `${service.serviceName} on ${clusterName(service, input)}`;
  log.step("service", [place, strategy.name, region].filter(Boolean).join(" · "));
  const lines = planLines({
    family: String(plan.target.document.family),
    currentArn: service.taskDefinition,
    revision: plan.revision,
    changes: plan.changes,
    settings: plan.settings.changes,
    force: plan.force,
  });
  for (const line of lines) log.step("plan", line);
}
