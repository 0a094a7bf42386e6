import type { Deployment, Service } from "@aws-sdk/client-ecs";

/** The newest deployment, whatever has become of it. */
export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments?.find((deployment) => deployment.status === "PRIMARY");
}
