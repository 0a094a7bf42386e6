import { type Evidence, executionRole } from "./evidence.ts";
import { platformOf, wrongArchitecture } from "./explain-platform.ts";
import type { Recogniser } from "./explanation.ts";
import { reasonMatching } from "./stop-reason.ts";
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
    fix: pullFix(words, image, container, evidence),
  };
};

/** `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref R: not found` → `not found` */
function withoutRetries(words: string, image: string): string {
  return words
    .replace(/^CannotPull\w*Error: /, "")
    .replace(/^[\w ]*has been retried \d+ time\(s\): /, "")
    .replace(`failed to resolve ref ${image}: `, "");
}

function pullFix(words: string, image: string, container: string, evidence: Evidence): string {
  const platform = missingPlatform(words, evidence);
  if (platform !== undefined) return `build ${image} for ${platform}, or set runtimePlatform to what it is built for`;
  if (/not found|does not exist|manifest unknown/i.test(words)) {
    return `push ${image}, or correct the image of container ${container}, and deploy again`;
  }
  if (/denied|forbidden|not authorized|unauthorized|basic auth/i.test(words)) {
    return `allow ${executionRole(evidence)} to pull ${image} (AmazonECSTaskExecutionRolePolicy)`;
  }
  return `give the tasks' subnets a route to the registry of ${image}`;
}

/** ECS names the platform that it asks for, an engine may not. */
function missingPlatform(words: string, evidence: Evidence): string | undefined {
  const named = /matching (?:platform|manifest for) '?([^'\s]+)'?/.exec(words)?.[1];
  return named ?? (/no match for platform/.test(words) ? platformOf(evidence) : undefined);
}

export const cannotStart: Recogniser = (task, evidence) => {
  const found = reasonMatching(task, /CannotStartContainerError|CannotCreateContainerError/);
  if (found === undefined) return undefined;
  const container = found.container?.name ?? task.containers[0]?.name ?? "";
  return (
    wrongArchitecture(found.words, container, evidence) ?? {
      cause: "container-cannot-start",
      why: `container ${container} cannot start: ${found.words}`,
      fix: `correct entryPoint, command and user of container ${container}`,
      container,
    }
  );
};

function pulledImage(task: StoppedTask, words: string, container: StoppedContainer | undefined) {
  const named =
    container ?? task.containers.find(({ image }) => image !== "" && words.includes(image)) ?? task.containers[0];
  return { container: named?.name ?? "", image: named?.image ?? "" };
}
