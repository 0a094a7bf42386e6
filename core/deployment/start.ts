import type { Service, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { awsFailure, required } from "../platform/aws/failures.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { Run } from "../platform/run.ts";
import type { ServiceName } from "../preflight/describe-service.ts";
import { registerRequest } from "../task-definition/check.ts";
import { throwIfCancelled } from "./cancelled.ts";
import type { Plan } from "./plan.ts";
import { primaryOf } from "./primary.ts";

export interface Started {
  /** As UpdateService answered it. */
  readonly service: Service;
  /** The revision that the service is moving to. */
  readonly taskDefinitionArn: string;
}

/**
 * Makes the plan true: one RegisterTaskDefinition where the task definition differs, one UpdateService that carries
 * only what changes. Neither is interrupted: a call that was sent may have been done.
 * @throws {ToolkitError} with what was already registered, where UpdateService then fails
 */
export async function startDeployment(
  ecs: Pick<EcsApi, "registerTaskDefinition" | "updateService">,
  name: ServiceName,
  plan: Plan,
  { log, signal }: Pick<Run, "log" | "signal">,
): Promise<Started> {
  const unchanged = plan.changes?.length === 0 ? plan.service.taskDefinition : undefined;
  const taskDefinitionArn = unchanged ?? (await register(ecs, plan));
  if (unchanged === undefined) {
    log.step("change", `registered ${shortArn(taskDefinitionArn)}`);
    throwIfCancelled(signal, `${shortArn(taskDefinitionArn)} was registered, the service was not changed`);
  }
  const request: UpdateServiceCommandInput = {
    ...name,
    ...(unchanged === undefined ? { taskDefinition: taskDefinitionArn } : {}),
    ...(plan.desiredCount === undefined ? {} : { desiredCount: plan.desiredCount }),
    ...(plan.force ? { forceNewDeployment: true } : {}),
  };
  const service = await update(ecs, request, unchanged === undefined ? taskDefinitionArn : undefined);
  log.step(
    "change",
    `updated service ${service.serviceName ?? name.service} · deployment ${primaryOf(service)?.id ?? "unknown"}`,
  );
  return { service, taskDefinitionArn };
}

async function register(ecs: Pick<EcsApi, "registerTaskDefinition">, plan: Plan): Promise<string> {
  const call = ecs.registerTaskDefinition(registerRequest(plan.target));
  const { taskDefinition } = await required("ecs:RegisterTaskDefinition", call);
  if (taskDefinition?.taskDefinitionArn !== undefined) return taskDefinition.taskDefinitionArn;
  throw incomplete("ecs:RegisterTaskDefinition answered without an ARN");
}

async function update(
  ecs: Pick<EcsApi, "updateService">,
  request: UpdateServiceCommandInput,
  registered: string | undefined,
): Promise<Service> {
  try {
    const { service } = await ecs.updateService(request);
    if (service !== undefined) return service;
  } catch (cause) {
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
