import type { Service } from "@aws-sdk/client-ecs";
import { ToolkitError } from "../platform/errors.ts";
import { rolling } from "./rolling.ts";
import type { Strategy } from "./strategy.ts";

/**
 * The strategy that the service deploys by, the one place where it is chosen.
 * @throws {ToolkitError} STRATEGY_UNSUPPORTED
 */
export function strategyOf(service: Service): Strategy {
  const controller = service.deploymentController?.type ?? "ECS";
  const strategy = service.deploymentConfiguration?.strategy ?? "ROLLING";
  if (controller === "ECS" && strategy === "ROLLING") return rolling;
  const name = service.serviceName ?? "";
  throw new ToolkitError(
    "STRATEGY_UNSUPPORTED",
    controller === "ECS"
      ? `service ${name} deploys by the strategy ${strategy}: only ROLLING is supported`
      : `service ${name} has the deployment controller ${controller}: only ECS is supported`,
    `Deploy ${name} with a tool for ${controller === "ECS" ? strategy : controller}. Nothing was registered or updated.`,
  );
}
