import type { Task } from "../state.ts";

/**
 * What a task pulls: the digest that its service deployment fixed for the image, once one task has resolved it.
 * A container with `versionConsistency: disabled` has its tag resolved anew by every task.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
 */
export function imageReference(task: Task, image: string): string {
  if (isResolvedAnew(task, image)) return image;
  const digest = task.owner?.deployment.revision.digests.get(image);
  if (digest === undefined || image.includes("@")) return image;
  const slash = image.lastIndexOf("/");
  const colon = image.indexOf(":", slash + 1);
  return `${colon === -1 ? image : image.slice(0, colon)}@${digest}`;
}

function isResolvedAnew({ definition }: Task, image: string): boolean {
  const container = definition.containerDefinitions?.find((candidate) => candidate.image === image);
  return container?.versionConsistency === "disabled";
}
