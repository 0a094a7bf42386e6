import type { Service, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { AnswerLost, awsFailure, CallEnded } from "../platform/aws/failures.ts";
import { mayBeDone } from "../platform/aws/passing.ts";
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
  const registered = plan.revision === undefined ? taskDefinitionArn : undefined;
  const service = await update(ecs, request, { registered, run }).catch((error: unknown) => {
    if (!(error instanceof AnswerLost)) throw error;
    return serviceAfterLostAnswer(ecs, plan, taskDefinitionArn, { run, cause: error.failure });
  });
  const { serviceName = plan.name.service } = service;
  run.log.step("change", `updated service ${serviceName} · deployment ${primaryOf(service)?.id ?? "unknown"}`);
  return service;
}

async function update(
  ecs: Pick<EcsApi, "updateService">,
  request: UpdateServiceCommandInput,
  { registered, run }: { readonly registered: string | undefined; readonly run: Pick<Run, "signal"> },
): Promise<Service> {
  try {
    // Without force the same update changes nothing when it is made again.
    const once = request.forceNewDeployment === true;
    const { service } = await ecs.updateService(request, { until: run.signal, once });
    if (service !== undefined) return service;
  } catch (cause) {
    if (cause instanceof AnswerLost) throw cause;
    throw notUpdated(cause, registered);
  }
  throw incomplete("ecs:UpdateService answered without a service");
}

/** With what was changed before, and what may have been changed all the same. */
function notUpdated(cause: unknown, registered: string | undefined): ToolkitError {
  const failure = cause instanceof CallEnded ? cause.failure : cause;
  const service = mayBeDone(failure) ? "whether the service was changed is not known" : "the service was not changed";
  const before = registered === undefined ? "" : `${shortArn(registered)} was registered`;
  if (cause instanceof CallEnded) return cancelled(before === "" ? service : `${before}, ${service}`);
  const error = awsFailure("ecs:UpdateService", cause);
  const left = before === "" ? capitalised(service) : `${before}; ${service}`;
  return new ToolkitError(error.code, error.message, `${error.remedy} ${left}.`, { cause });
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
