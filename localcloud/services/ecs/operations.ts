/** Amazon ECS, composed. https://docs.aws.amazon.com/AmazonECS/latest/APIReference */
import type { ECS } from "@aws-sdk/client-ecs";
import type { Operations, Service } from "../../gateway/service.ts";
import type { TargetRegistry } from "../../loadbalancer/targets.ts";
import type { AlarmSource } from "../cloudwatch/alarm-source.ts";
import type { Network } from "../ec2/network.ts";
import type { AgentDependencies } from "./agent/surroundings.ts";
import { Capacity } from "./capacity.ts";
import { capacityProviderOperations } from "./capacity-providers.ts";
import { clusterOperations } from "./clusters.ts";
import { type RoleSource, TaskRoleCheck } from "./roles.ts";
import { watchAlarms } from "./scheduler/deployment-alarms.ts";
import { ServiceEvents } from "./scheduler/events.ts";
import { Failures } from "./scheduler/failures.ts";
import { Rollout } from "./scheduler/rollout.ts";
import { Scaling } from "./scheduler/scaling.ts";
import { ServiceScheduler } from "./scheduler/service-scheduler.ts";
import { ServiceTargets } from "./scheduler/service-targets.ts";
import { serviceOperations } from "./services/operations.ts";
import { serviceDeploymentOperations } from "./services/service-deployments.ts";
import type { EcsState } from "./state.ts";
import { tagOperations } from "./tags.ts";
import { taskDefinitionOperations } from "./task-definitions/operations.ts";
import { taskOperations } from "./tasks/operations.ts";
import { Tasks } from "./tasks/tasks.ts";

export interface EcsDependencies {
  readonly state: EcsState;
  readonly agent: AgentDependencies;
  readonly targets: TargetRegistry;
  readonly alarms: AlarmSource;
  readonly roles: RoleSource;
  readonly network: Network;
}

/** The service, what its tasks are placed on, and what ends every one of them at once. */
export type Ecs = Service & { readonly capacity: Capacity; close(): Promise<void> };

export function ecsService({ state, agent, targets, alarms, roles, network }: EcsDependencies): Ecs {
  const { clock } = agent;
  const roleCheck = new TaskRoleCheck(roles, state.account);
  const tasks = new Tasks(state.account, agent);
  const capacity = new Capacity();
  const events = new ServiceEvents(clock);
  const rollout = new Rollout(state.account, clock, events, alarms);
  const failures = new Failures(clock, events);
  const zoneOf = (subnetId = "") => network.findSubnet(subnetId)?.availabilityZone ?? "";
  const scheduler = new ServiceScheduler({
    clock,
    alarms,
    events,
    rollout,
    failures,
    targets: new ServiceTargets(targets, events),
    scaling: new Scaling({ tasks, events, failures, roles: roleCheck, capacity, zoneOf }),
  });
  const unwatchAlarms = watchAlarms(alarms, state, (service) => scheduler.schedule(service));
  const operations: Operations<ECS> = {
    ...clusterOperations(state),
    ...capacityProviderOperations(state),
    ...tagOperations(state),
    ...taskDefinitionOperations(state, clock),
    ...serviceOperations({ state, clock, rollout, scheduler, targets, network }),
    ...serviceDeploymentOperations({ state, rollout, scheduler }),
    ...taskOperations({ state, tasks, network, roles: roleCheck, capacity }),
  };
  return {
    signingName: "ecs",
    protocol: "awsJson1_1",
    schemas: () => import("./schemas.ts"),
    operations,
    capacity,
    async close() {
      unwatchAlarms();
      scheduler.close();
      await tasks.close();
    },
  };
}
