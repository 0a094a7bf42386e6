/** What is named and is not there. */
import type { RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import type { Failure } from "./failure.ts";
import type { Release } from "./release.ts";

/** What is refused before anything is changed, whatever runs the tasks. */
export function refused(
  name: string,
  release: Release,
  seen: Pick<Failure["seen"], "outcome" | "why" | "fix"> & Partial<Failure["seen"]>,
): Failure {
  return { name, runtimes: ["simulated"], release: async () => release, seen: { exitCode: 1, mutating: [], ...seen } };
}

const nothing = "Nothing was registered or updated.";

export const inputFailures: readonly Failure[] = [
  refused(
    "service missing",
    { flags: ["--service", "wbe"] },
    {
      outcome: "ECS_SERVICE_NOT_FOUND",
      why: /^cluster ecs-demo has no service wbe$/,
      fix: /^Create service wbe in cluster ecs-demo, or correct service and cluster\. Nothing was registered or updated\.$/,
    },
  ),
  refused(
    "cluster missing",
    { flags: ["--cluster", "prod"] },
    {
      outcome: "ECS_CLUSTER_NOT_FOUND",
      why: /^there is no cluster prod in this account and region$/,
      fix: /^Create cluster prod, or correct cluster, account and region\. Nothing was registered or updated\.$/,
    },
  ),
  refused(
    "family missing",
    { flags: ["--task-definition", "wbe:7"] },
    {
      outcome: "TASK_DEFINITION_NOT_FOUND",
      why: /^wbe:7: ecs:DescribeTaskDefinition: ClientException: Unable to describe task definition\. \(request /,
      fix: /^Give a task definition that is registered .* in place of wbe:7\. Nothing was registered or updated\.$/,
    },
  ),
  refused(
    "file missing",
    { flags: ["--task-definition", "/nowhere/taskdef.json"] },
    {
      outcome: "TASK_DEFINITION_UNREADABLE",
      why: /^\/nowhere\/taskdef\.json: ENOENT/,
      fix: /^Give the path of a task definition file: \/nowhere\/taskdef\.json is none\. Nothing was registered or updated\.$/,
    },
  ),
  refused(
    "wrong container name",
    { edit: withSidecar, flags: ["--container-name", "wbe"] },
    {
      outcome: "TASK_DEFINITION_CONTAINER_NOT_FOUND",
      why: /^taskdef-\d+\.json: has no container "wbe"$/,
      fix: new RegExp(`^Use one of its containers: web, proxy\\. ${nothing}$`),
    },
  ),
  refused(
    "wrong container name among several images",
    { edit: withSidecar, flags: ["--images", "prxy=proxy:2"] },
    {
      outcome: "TASK_DEFINITION_CONTAINER_NOT_FOUND",
      why: /^taskdef-\d+\.json: has no container "prxy"$/,
      fix: new RegExp(`^Use one of its containers: web, proxy\\. ${nothing}$`),
    },
  ),
];

function withSidecar(definition: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  const [web] = definition.containerDefinitions ?? [];
  return { ...definition, containerDefinitions: [{ ...web }, { name: "proxy", image: "proxy:1" }] };
}
