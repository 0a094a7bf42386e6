/**
 * What ECS asks of `dependsOn`: whatever it lets through would leave the task PENDING for ever.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 */
import type { ContainerDefinition, ContainerDependency } from "@aws-sdk/client-ecs";
import { clientError } from "../errors.ts";

const CONDITIONS = ["START", "COMPLETE", "SUCCESS", "HEALTHY"];

/** @throws {AwsError} `ClientException` for the first dependency that cannot be met. */
export function validateDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name ?? "", container]));
  for (const { startTimeout, dependsOn = [] } of containers) {
    if (startTimeout !== undefined && (startTimeout < 2 || startTimeout > 120))
      throw clientError("Invalid startTimeout: between 2 and 120 seconds.");
    for (const dependency of dependsOn) validateDependency(dependency, byName.get(dependency.containerName ?? ""));
  }
  refuseCycles(byName);
}

function validateDependency(
  { containerName, condition }: ContainerDependency,
  container: ContainerDefinition | undefined,
): void {
  if (container === undefined) throw clientError(`The container '${containerName}' of a dependency does not exist.`);
  if (condition === undefined || !CONDITIONS.includes(condition))
    throw clientError(`Invalid condition '${condition}' of a dependency.`);
  if (["SUCCESS", "COMPLETE"].includes(condition) && container.essential !== false)
    throw clientError("A dependency container with SUCCESS or COMPLETE condition cannot be an essential container");
  if (condition === "HEALTHY" && container.healthCheck === undefined)
    throw clientError(`A dependency container with HEALTHY condition must have a health check: '${containerName}'`);
}

/** Takes away what depends on nothing that is left, until nothing changes; what is left depends on itself. */
function refuseCycles(byName: ReadonlyMap<string, ContainerDefinition>): void {
  const left = new Map(byName);
  let before: number;
  do {
    before = left.size;
    for (const [name, { dependsOn = [] }] of left)
      if (!dependsOn.some(({ containerName = "" }) => left.has(containerName))) left.delete(name);
  } while (left.size < before);
  if (left.size > 0) throw clientError("Container dependencies should not have a cycle");
}
