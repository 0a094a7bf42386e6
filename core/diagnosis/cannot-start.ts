import type { StoppedTask } from "./stopped-tasks.ts";

/** How many tasks must have exited before that is no accident. */
const exitsAgainAndAgain = 3;

const imageMissing =
  /CannotPull\w*Error.*(not found|does not exist|manifest unknown|matching platform|no match for platform)/i;
const secretRefused =
  /(secret|parameter|ssm|asm).*(AccessDenied|not authorized|ResourceNotFound|ParameterNotFound|invalid (ssm )?parameters?|can't find the specified secret)/i;

/**
 * Why a deployment provably cannot start, in ECS's words: its image is not there, a secret is not readable, or its
 * essential containers exit again and again. What may pass (a network that does not answer, a registry that throttles)
 * is none of these, and a deployment of which one task runs can start.
 * @param tasks the deployment's stopped tasks
 * @param running how many of the deployment's tasks run
 */
export function cannotStartReason(tasks: readonly StoppedTask[], running: number): string | undefined {
  if (running > 0) return undefined;
  for (const task of tasks) {
    for (const words of reasons(task)) {
      if (imageMissing.test(words) || (/ResourceInitializationError/.test(words) && secretRefused.test(words)))
        return words;
    }
  }
  const exited = tasks.filter(({ stopCode }) => stopCode === "EssentialContainerExited");
  return exited.length < exitsAgainAndAgain
    ? undefined
    : `essential containers exit again and again: ${exited.length} of ${tasks.length} stopped tasks`;
}

function reasons({ stoppedReason, containers }: StoppedTask): readonly string[] {
  return [stoppedReason, ...containers.flatMap(({ reason }) => reason ?? [])];
}
