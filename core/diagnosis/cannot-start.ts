import type { StoppedTask } from "./stopped-tasks.ts";

/** How many tasks must have ended alike before that is no accident. */
const againAndAgain = 3;
/** How long IAM may take to tell everybody of a new role or policy, with a margin. */
const accessSettlesMs = 60_000;

/** What no further try of Amazon ECS can change: something that is not there, or is made for another machine. */
const definite: readonly RegExp[] = [
  /CannotPull\w*Error.*(not found|does not exist|manifest unknown|matching platform|no match(ing manifest)? for)/i,
  /ResourceInitializationError.*(ResourceNotFoundException|ParameterNotFound|invalid ssm parameters|did not contain json key)/i,
  /Cannot(Start|Create)ContainerError.*(exec format error|executable file not found|no such file or directory)/i,
];

/**
 * What passes where a role or a policy was made a moment ago: IAM is eventually consistent and Amazon ECS tries again.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
 */
const accessRefused = /(AccessDenied|not authorized|unable to assume)/i;

/**
 * Why a deployment provably cannot start, in ECS's words: its image, a secret or its log group is not there, its program
 * is for another machine, access has been refused for a minute, or its essential containers exit again and again. What
 * may pass (a network that does not answer, a registry that throttles, a role that was made just now) is none of
 * these, and a deployment of which one task runs can start. Events are no proof: after each of them ECS tries again.
 * @param tasks the deployment's stopped tasks
 * @param running how many of the deployment's tasks run
 */
export function cannotStartReason(tasks: readonly StoppedTask[], running: number): string | undefined {
  if (running > 0) return undefined;
  const words = tasks.flatMap(reasons).find((reason) => definite.some((pattern) => pattern.test(reason)));
  return words ?? lastingRefusal(tasks) ?? exitsAgain(tasks);
}

function lastingRefusal(tasks: readonly StoppedTask[]): string | undefined {
  const refused = tasks.filter((task) => task.stopCode === "TaskFailedToStart" && refusal(task) !== undefined);
  const times = refused.flatMap(({ stoppedAt }) => stoppedAt?.getTime() ?? []);
  const lasted = Math.max(...times) - Math.min(...times);
  if (refused.length < againAndAgain || lasted < accessSettlesMs) return undefined;
  return refused.map(refusal).at(-1);
}

function refusal(task: StoppedTask): string | undefined {
  return reasons(task).find((reason) => accessRefused.test(reason));
}

function exitsAgain(tasks: readonly StoppedTask[]): string | undefined {
  const exited = tasks.filter(({ stopCode }) => stopCode === "EssentialContainerExited");
  return exited.length < againAndAgain
    ? undefined
    : `essential containers exit again and again: ${exited.length} of ${tasks.length} stopped tasks`;
}

function reasons({ stoppedReason, containers }: StoppedTask): readonly string[] {
  return [stoppedReason, ...containers.flatMap(({ reason }) => reason ?? [])];
}
