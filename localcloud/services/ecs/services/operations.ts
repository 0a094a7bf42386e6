import type { ECS } from "@aws-sdk/client-ecs";
import type { Clock } from "../../../clock.ts";
import type { Operations } from "../../../gateway/service.ts";
import { ecsArn, nameInCluster } from "../arn.ts";
import { findCluster } from "../clusters.ts";
import { invalidParameter, refuseUnsupported, serviceNotActive, serviceNotFound } from "../errors.ts";
import { page } from "../paging.ts";
import type { Rollout } from "../scheduler/rollout.ts";
import type { ServiceScheduler } from "../scheduler/service-scheduler.ts";
import type { Cluster, EcsService, EcsState, ServiceSettings } from "../state.ts";
import { findActiveDefinition } from "../task-definitions/operations.ts";
import { describeService } from "./describe.ts";
import { checked, newSettings, type SettingsContext } from "./settings.ts";
import { changed, updatedSettings } from "./updated-settings.ts";

const UNSUPPORTED = [
  "placementConstraints",
  "placementStrategy",
  "serviceRegistries",
  "serviceConnectConfiguration",
  "volumeConfigurations",
  "vpcLatticeConfigurations",
];

/** A change of one of these starts a new deployment; of anything else, it does not. */
const DEPLOYED: readonly (keyof ServiceSettings)[] = [
  "definition",
  "network",
  "platformVersion",
  "loadBalancers",
  "enableExecuteCommand",
  "enableECSManagedTags",
  "propagateTags",
];

export interface ServiceDependencies extends SettingsContext {
  readonly state: EcsState;
  readonly clock: Clock;
  readonly rollout: Rollout;
  readonly scheduler: ServiceScheduler;
}

type ServiceOperations = Pick<
  Operations<ECS>,
  "CreateService" | "DeleteService" | "DescribeServices" | "ListServices" | "UpdateService"
>;

export function serviceOperations(deps: ServiceDependencies): ServiceOperations {
  const { state, clock, rollout, scheduler } = deps;
  const { accountId } = state.account;
  return {
    CreateService(input, { principal }) {
      refuseUnsupported("CreateService", input, UNSUPPORTED);
      refuseOther("deploymentController", input.deploymentController?.type, "ECS");
      refuseOther("schedulingStrategy", input.schedulingStrategy, "REPLICA");
      const cluster = findCluster(state, input.cluster);
      const name = input.serviceName ?? "";
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter("Service name contains invalid characters.");
      refuseExisting(cluster.services.get(name));
      if (input.role !== undefined)
        throw invalidParameter("You cannot specify an IAM role for services that require a service linked role.");
      const settings = newSettings(input, findActiveDefinition(state, input.taskDefinition), cluster, deps);
      const service: EcsService = {
        arn: ecsArn(state.account, `service/${cluster.name}/${name}`),
        name,
        cluster,
        createdAt: new Date(clock.now()),
        createdBy: principal.arn,
        status: "ACTIVE",
        settings,
        deployments: [],
        history: [],
        events: [],
        steady: false,
      };
      cluster.services.set(name, service);
      rollout.begin(service, settings);
      scheduler.schedule(service);
      return { service: describeService(service, ["TAGS"], accountId) };
    },

    UpdateService(input) {
      refuseUnsupported("UpdateService", input, [
        ...UNSUPPORTED,
        "deploymentController",
        "availabilityZoneRebalancing",
      ]);
      const service = findService(findCluster(state, input.cluster), input.service);
      if (service.status !== "ACTIVE") throw serviceNotActive();
      const settings = checked(updatedSettings(service, input, state), deps);
      if (input.forceNewDeployment === true || DEPLOYED.some((key) => changed(service.settings[key], settings[key])))
        rollout.begin(service, settings);
      else rollout.adjust(service, settings);
      scheduler.schedule(service);
      return { service: describeService(service, [], accountId) };
    },

    DescribeServices(input) {
      const cluster = findCluster(state, input.cluster);
      const asked = input.services ?? [];
      if (asked.length === 0) throw invalidParameter("Services cannot be empty.");
      if (asked.length > 10) throw invalidParameter("Number of services must not be greater than 10.");
      const found = asked.map((reference) => ({
        reference,
        service: cluster.services.get(nameInCluster(reference, cluster)),
      }));
      return {
        services: found.flatMap(({ service }) =>
          service === undefined ? [] : [describeService(service, input.include ?? [], accountId)],
        ),
        failures: found
          .filter(({ service }) => service === undefined)
          .map(({ reference }) => ({ arn: asArn(state, cluster, reference), reason: "MISSING" })),
      };
    },

    ListServices({ cluster, nextToken, maxResults = 10, launchType, schedulingStrategy = "REPLICA" }) {
      const arns = [...findCluster(state, cluster).services.values()]
        .filter(({ status }) => status !== "INACTIVE")
        .filter(
          ({ settings }) =>
            schedulingStrategy === "REPLICA" && (launchType === undefined || settings.launchType === launchType),
        )
        .map(({ arn }) => arn);
      const { items, next } = page(arns, { nextToken, maxResults });
      return { serviceArns: items, nextToken: next };
    },

    DeleteService(input) {
      const service = findService(findCluster(state, input.cluster), input.service);
      if (service.status === "ACTIVE" && service.settings.desiredCount > 0 && input.force !== true)
        throw invalidParameter("The service cannot be stopped while it is scaled above 0.");
      if (service.status === "ACTIVE") {
        service.status = "DRAINING";
        for (const deployment of service.deployments) deployment.desiredCount = 0;
        rollout.abandon(service);
        scheduler.schedule(service);
      }
      return { service: describeService(service, [], accountId) };
    },
  };
}

function refuseExisting(service: EcsService | undefined): void {
  if (service?.status === "ACTIVE") throw invalidParameter("Creation of service was not idempotent.");
  if (service?.status === "DRAINING") throw invalidParameter("Unable to Start a service that is still Draining.");
}

/** @throws {AwsError} `ServiceNotFoundException` */
export function findService(cluster: Cluster, nameOrArn = ""): EcsService {
  const service = cluster.services.get(nameInCluster(nameOrArn, cluster));
  if (service === undefined) throw serviceNotFound();
  return service;
}

function refuseOther(member: string, given: string | undefined, only: string): void {
  if (given !== undefined && given !== only)
    refuseUnsupported("CreateService", { [`${member} ${given}`]: true }, [`${member} ${given}`]);
}

function asArn(state: EcsState, cluster: Cluster, reference: string): string {
  return reference.startsWith("arn:") ? reference : ecsArn(state.account, `service/${cluster.name}/${reference}`);
}
