import type { Service, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { AnswerLost, awsFailure, CallEnded } from "../platform/aws/failures.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { Run } from "../platform/run.ts";
import { cancelled } from "./cancelled.ts";
import { serviceAfterLostAnswer } from "./lost-answer.ts";
import type { Plan } from "./plan.ts";
import { primaryOf } from "./primary.ts";
import { incomplete } from "./register.ts";

/**
 * One UpdateService that carries only what changes. It is not interrupted.
 * @param taskDefinitionArn the revision that the service is to run
 * @returns the service as UpdateService answered it
 * @throws {ToolkitError} with what was already registered
 */
export async function updateService(
  ecs: Pick<EcsApi, "updateService" | "describeServices">,
  plan: Plan,
  taskDefinitionArn: string,
  run: Pick<Run, "log" | "clock" | "signal">,
): Promise<Service> {
  const request: UpdateServiceCommandInput = {
    ...plan.name,
    ...(taskDefinitionArn === plan.service.taskDefinition ? {} : { taskDefinition: taskDefinitionArn }),
    ...plan.settings.request,
    ...(plan.force ? { forceNewDeployment: true } : {}),
  };
  const service = await updateOnce(ecs, request, { plan, taskDefinitionArn, run });
  const { serviceName = plan.name.service } = service;
  run.log.step("change", `updated service ${serviceName} · deployment ${primaryOf(service)?.id ?? "unknown"}`);
  return service;
}

interface Update {
  readonly plan: Plan;
  readonly taskDefinitionArn: string;
  readonly run: Pick<Run, "log" | "clock" | "signal">;
}

/** Made again only where it is known that it was not done: meanwhile another run may have updated the service. */
async function updateOnce(
  ecs: Pick<EcsApi, "updateService" | "describeServices">,
  request: UpdateServiceCommandInput,
  update: Update,
): Promise<Service> {
  const { plan, taskDefinitionArn, run } = update;
  for (let times = 1; ; times += 1) {
    try {
      return await makeUpdate(ecs, request, update);
    } catch (error) {
      if (!(error instanceof AnswerLost)) throw error;
      const lost = { run, cause: error.failure, times };
      const found = await serviceAfterLostAnswer(ecs, plan, taskDefinitionArn, lost);
      if (found !== undefined) return found;
    }
  }
}

async function makeUpdate(
  ecs: Pick<EcsApi, "updateService">,
  request: UpdateServiceCommandInput,
  { plan, taskDefinitionArn, run }: Update,
): Promise<Service> {
  try {
    const { service } = await ecs.updateService(request, { until: run.signal, once: true });
    if (service !== undefined) return service;
  } catch (cause) {
    if (cause instanceof AnswerLost) throw cause;
    throw notUpdated(cause, plan.revision === undefined ? taskDefinitionArn : undefined);
  }
  throw incomplete("ecs:UpdateService answered without a service");
}

/** With what was changed before. */
function notUpdated(cause: unknown, registered: string | undefined): ToolkitError {
  const before = registered === undefined ? "" : `${shortArn(registered)} was registered`;
  if (cause instanceof CallEnded) {
    const service = "the service was not changed";
    return cancelled(before === "" ? service : `${before}, ${service}`);
  }
  const error = awsFailure("ecs:UpdateService", cause);
  const left = before === "" ? "The service was not changed" : `${before}; the service was not changed`;
  return new ToolkitError(error.code, error.message, `${error.remedy} ${left}.`, { cause });
}
