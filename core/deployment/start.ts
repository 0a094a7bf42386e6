import type { Service, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { AnswerLost, awsFailure, required } from "../platform/aws/failures.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { Run } from "../platform/run.ts";
import { type CheckedTaskDefinition, registerRequest } from "../task-definition/check.ts";
import { throwIfCancelled } from "./cancelled.ts";
import { serviceAfterLostAnswer } from "./lost-answer.ts";
import type { Plan } from "./plan.ts";
import { primaryOf } from "./primary.ts";

/**
 * One RegisterTaskDefinition. It is not interrupted: a call that was sent may have been done.
 * @returns the revision's ARN
 * @throws {ToolkitError} also where the run was ended meanwhile, with what was registered
 */
export async function registerTaskDefinition(
  ecs: Pick<EcsApi, "registerTaskDefinition">,
  target: CheckedTaskDefinition,
  { log, signal }: Pick<Run, "log" | "signal">,
): Promise<string> {
  const call = ecs.registerTaskDefinition(registerRequest(target));
  const { taskDefinition } = await required("ecs:RegisterTaskDefinition", call);
  const registered = taskDefinition?.taskDefinitionArn;
  if (registered === undefined) throw incomplete("ecs:RegisterTaskDefinition answered without an ARN");
  log.step("change", `registered ${shortArn(registered)}`);
  throwIfCancelled(signal, `${shortArn(registered)} was registered, the service was not changed`);
  return registered;
}

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
  const service = await update(ecs, request, registered).catch((error: unknown) => {
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
  registered: string | undefined,
): Promise<Service> {
  try {
    // Without force the same update changes nothing when it is made again.
    const { service } = await ecs.updateService(request, { once: request.forceNewDeployment === true });
    if (service !== undefined) return service;
  } catch (cause) {
    if (cause instanceof AnswerLost) throw cause;
    const error = awsFailure("ecs:UpdateService", cause);
    const left =
      registered === undefined ? "" : ` ${shortArn(registered)} was registered; the service was not changed.`;
    throw new ToolkitError(error.code, error.message, `${error.remedy}${left}`, { cause });
  }
  throw incomplete("ecs:UpdateService answered without a service");
}

function incomplete(message: string): ToolkitError {
  return new ToolkitError("AWS_CALL_FAILED", message, "Check that AWS_ENDPOINT_URL is an Amazon ECS endpoint.");
}
