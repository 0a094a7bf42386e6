import { executionRole } from "./evidence.ts";
import type { Explanation, Recogniser } from "./explanation.ts";
import type { StoppedContainer, StoppedTask } from "./stopped-tasks.ts";

/**
 * Tasks that never ran.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */

export const imageUnavailable: Recogniser = (task, evidence) => {
  const found = reasonMatching(task, /CannotPull\w*Error/);
  if (found === undefined) return undefined;
  const { words } = found;
  const { container, image } = pulledImage(task, words, found.container);
  return {
    cause: "image-unavailable",
    why: `image ${image} of container ${container} cannot be pulled: ${withoutRetries(words, image)}`,
    fix: pullFix(words, image, container, executionRole(evidence)),
  };
};

/** `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref R: not found` → `not found` */
function withoutRetries(words: string, image: string): string {
  return words
    .replace(/^CannotPull\w*Error: /, "")
    .replace(/^[\w ]*has been retried \d+ time\(s\): /, "")
    .replace(`failed to resolve ref ${image}: `, "");
}

function pullFix(words: string, image: string, container: string, role: string): string {
  const platform = /matching platform '?([^'\s]+)'?/.exec(words)?.[1];
  if (platform !== undefined) return `build ${image} for ${platform}, or set runtimePlatform to what it is built for`;
  if (/not found|does not exist|manifest unknown/i.test(words)) {
    return `push ${image}, or correct the image of container ${container}, and deploy again`;
  }
  if (/denied|forbidden|not authorized|unauthorized|basic auth/i.test(words)) {
    return `allow ${role} to pull ${image} (AmazonECSTaskExecutionRolePolicy)`;
  }
  return `give the tasks' subnets a route to the registry of ${image}`;
}

export const cannotStart: Recogniser = (task) => {
  const found = reasonMatching(task, /CannotStartContainerError|CannotCreateContainerError/);
  if (found === undefined) return undefined;
  const container = found.container?.name ?? task.containers[0]?.name ?? "";
  return {
    cause: "container-cannot-start",
    why: `container ${container} cannot start: ${found.words}`,
    fix: `correct entryPoint, command and user of container ${container}`,
    container,
  };
};

export const roleUnusable: Recogniser = (task) => {
  const found = reasonMatching(task, /unable to assume/i);
  if (found === undefined) return undefined;
  const role = /arn:aws[\w-]*:iam::\d+:role\/[\w+=,.@/-]+/.exec(found.words)?.[0] ?? "of the task definition";
  return {
    cause: "role",
    why: found.words,
    fix: `let ecs-tasks.amazonaws.com assume role ${role} in its trust policy`,
  };
};

export const initialization: Recogniser = (task, evidence): Explanation | undefined => {
  const found = reasonMatching(task, /ResourceInitializationError/);
  if (found === undefined) return undefined;
  return { cause: "initialization", why: found.words, fix: initializationFix(found.words, executionRole(evidence)) };
};

function initializationFix(words: string, role: string): string {
  if (/log ?group/i.test(words)) return "create the log group of logConfiguration, or set awslogs-create-group to true";
  if (/secret|parameter|ssm|asm/i.test(words)) {
    const secret = /arn:aws[\w-]*:(?:secretsmanager|ssm):[^\s,:]*:\d*:[^\s,'"]+/.exec(words)?.[0] ?? "the secrets";
    return `allow ${role} to read ${secret}, check that it exists, and give the subnets a route to it`;
  }
  if (/efs|mount|volume/i.test(words))
    return "check the volumes of the task definition and the route to their file system";
  return "check what the task definition refers to, and the route to it from the tasks' subnets";
}

interface Reason {
  readonly words: string;
  readonly container: StoppedContainer | undefined;
}

function reasonMatching(task: StoppedTask, pattern: RegExp): Reason | undefined {
  const container = task.containers.find(({ reason }) => reason !== undefined && pattern.test(reason));
  if (container?.reason !== undefined) return { words: container.reason, container };
  return pattern.test(task.stoppedReason) ? { words: task.stoppedReason, container: undefined } : undefined;
}

function pulledImage(task: StoppedTask, words: string, container: StoppedContainer | undefined) {
  const named =
    container ?? task.containers.find(({ image }) => image !== "" && words.includes(image)) ?? task.containers[0];
  return { container: named?.name ?? "", image: named?.image ?? "" };
}
