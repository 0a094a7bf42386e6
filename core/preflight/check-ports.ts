import type { LoadBalancer, Service } from "@aws-sdk/client-ecs";
import { isJsonList, isJsonObject, type JsonObject } from "../platform/json.ts";
import { containersOf } from "../task-definition/render.ts";
import type { Finding } from "./finding.ts";

/** What the services' load balancers send requests to is in the task definition. No call. */
export function checkPorts(services: readonly Service[], taskDefinition: JsonObject): readonly Finding[] {
  return services.flatMap(({ serviceName = "", loadBalancers = [] }) =>
    loadBalancers.flatMap((loadBalancer) => checkTarget(serviceName, loadBalancer, taskDefinition)),
  );
}

function checkTarget(
  service: string,
  { containerName = "", containerPort = 0 }: LoadBalancer,
  taskDefinition: JsonObject,
): readonly Finding[] {
  const container = containersOf(taskDefinition).find(({ name }) => name === containerName);
  const where = `the load balancer of service ${service}`;
  if (container === undefined) {
    const what = `${where} sends requests to container ${containerName}, which the task definition does not have`;
    return [{ severity: "error", what, remedy: `Name a container ${containerName}.` }];
  }
  if (maps(container, containerPort)) return [];
  const what = `${where} sends requests to port ${containerPort} of container ${containerName}, which has no port mapping for it`;
  return [{ severity: "error", what, remedy: `Map containerPort ${containerPort} of container ${containerName}.` }];
}

function maps({ portMappings }: JsonObject, port: number): boolean {
  if (!isJsonList(portMappings)) return false;
  return portMappings.some((mapping) => {
    if (!isJsonObject(mapping)) return false;
    const [from, to] = String(mapping.containerPortRange ?? "")
      .split("-")
      .map(Number);
    return mapping.containerPort === port || (from !== undefined && to !== undefined && from <= port && port <= to);
  });
}
