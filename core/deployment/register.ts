import { shortArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { AnswerLost, awsFailure, CallEnded } from "../platform/aws/failures.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { Run } from "../platform/run.ts";
import { type CheckedTaskDefinition, registerRequest } from "../task-definition/check.ts";
import { cancelled, throwIfCancelled } from "./cancelled.ts";
import { revisionAfterLostAnswer } from "./lost-answer.ts";

/**
 * One RegisterTaskDefinition. A request that was sent is not interrupted: it may have been done.
 * @returns the revision's ARN
 * @throws {ToolkitError} also where the run was ended meanwhile, with what was registered
 */
export async function registerTaskDefinition(
  ecs: Pick<EcsApi, "registerTaskDefinition" | "describeTaskDefinition">,
  target: CheckedTaskDefinition,
  run: Pick<Run, "log" | "signal" | "clock">,
): Promise<string> {
  const registered = await register(ecs, target, run);
  run.log.step("change", `registered ${shortArn(registered)}`);
  throwIfCancelled(run.signal, `${shortArn(registered)} was registered, the service was not changed`);
  return registered;
}

async function register(
  ecs: Pick<EcsApi, "registerTaskDefinition" | "describeTaskDefinition">,
  target: CheckedTaskDefinition,
  run: Pick<Run, "log" | "signal" | "clock">,
): Promise<string> {
  for (let times = 1; ; times += 1) {
    try {
      const call = ecs.registerTaskDefinition(registerRequest(target), { until: run.signal, once: true });
      const { taskDefinition } = await call;
      if (taskDefinition?.taskDefinitionArn !== undefined) return taskDefinition.taskDefinitionArn;
      throw incomplete("ecs:RegisterTaskDefinition answered without an ARN");
    } catch (error) {
      if (!(error instanceof AnswerLost)) throw notRegistered(error);
      const { failure: cause } = error;
      const found = await revisionAfterLostAnswer(ecs, target, { run, cause, times });
      if (found !== undefined) return found;
    }
  }
}

/** With what may have been changed all the same. */
function notRegistered(cause: unknown): ToolkitError {
  if (cause instanceof CallEnded) return cancelled("nothing was changed");
  const error = awsFailure("ecs:RegisterTaskDefinition", cause);
  return new ToolkitError(error.code, error.message, `${error.remedy} Nothing was registered or updated.`, { cause });
}

/** An answer of the right form without what it must hold. */
export function incomplete(message: string): ToolkitError {
  return new ToolkitError("AWS_CALL_FAILED", message, "Check that AWS_ENDPOINT_URL is an Amazon ECS endpoint.");
}
