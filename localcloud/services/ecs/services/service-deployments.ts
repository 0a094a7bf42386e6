/** The service-deployment APIs: the same rollouts, by their own ARNs, kept after they are over. */
import type {
  ECS,
  ServiceRevision as RevisionShape,
  ServiceDeployment,
  ServiceRevisionSummary,
} from "@aws-sdk/client-ecs";
import type { Operations } from "../../../gateway/service.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import { findCluster } from "../clusters.ts";
import { conflict, invalidParameter, refuseUnsupported } from "../errors.ts";
import { page } from "../paging.ts";
import { isBreakerEnabled } from "../scheduler/circuit-breaker.ts";
import { STOPPED_BY_USER } from "../scheduler/deployment-failure.ts";
import type { Rollout } from "../scheduler/rollout.ts";
import type { ServiceScheduler } from "../scheduler/service-scheduler.ts";
import type { EcsService, EcsState, ServiceDeploymentRecord, ServiceRevision } from "../state.ts";
import { capacityShape, revisionCounts, tasksOf } from "./describe.ts";
import { findService } from "./operations.ts";

type DeploymentOperations = Pick<
  Operations<ECS>,
  "DescribeServiceDeployments" | "DescribeServiceRevisions" | "ListServiceDeployments" | "StopServiceDeployment"
>;

export function serviceDeploymentOperations({
  state,
  rollout,
  scheduler,
}: {
  readonly state: EcsState;
  readonly rollout: Rollout;
  readonly scheduler: ServiceScheduler;
}): DeploymentOperations {
  return {
    StopServiceDeployment({ serviceDeploymentArn, stopType = "ROLLBACK" }) {
      if (stopType !== "ROLLBACK" && stopType !== "ABORT") throw invalidParameter(`Invalid stopType: ${stopType}.`);
      refuseUnsupported("StopServiceDeployment", { "stopType ABORT": stopType === "ABORT" }, ["stopType ABORT"]);
      const service = allServices(state).find(({ history }) => history.some(({ arn }) => arn === serviceDeploymentArn));
      const record = service?.history.find(({ arn }) => arn === serviceDeploymentArn);
      if (service === undefined || record === undefined)
        throw new AwsError("ServiceDeploymentNotFoundException", "Service deployment not found.");
      const deployment = service.deployments.find((candidate) => candidate.record === record);
      if (record.status === "IN_PROGRESS" && deployment !== undefined) {
        rollout.fail(service, deployment, STOPPED_BY_USER);
        scheduler.schedule(service);
      } else if (record.status !== "ROLLBACK_IN_PROGRESS")
        throw conflict(`The service deployment cannot be stopped because its status is ${record.status}.`);
      return { serviceDeploymentArn: record.arn };
    },

    ListServiceDeployments({ cluster, service: reference, status, createdAt, nextToken, maxResults }) {
      const service = findService(findCluster(state, cluster), reference);
      const briefs = service.history
        .filter((record) => status === undefined || status.length === 0 || status.includes(record.status))
        .filter((record) => within(record.createdAt, createdAt?.after, createdAt?.before))
        .map((record) => brief(record, service));
      const { items, next } = page(briefs, { nextToken, maxResults });
      return { serviceDeployments: items, nextToken: next };
    },

    DescribeServiceDeployments({ serviceDeploymentArns = [] }) {
      refuseTooMany(serviceDeploymentArns);
      const all = allServices(state).flatMap((service) => service.history.map((record) => ({ record, service })));
      const found = serviceDeploymentArns.map((arn) => ({ arn, hit: all.find(({ record }) => record.arn === arn) }));
      return {
        serviceDeployments: found.flatMap(({ hit }) => (hit === undefined ? [] : [describe(hit.record, hit.service)])),
        failures: found.filter(({ hit }) => hit === undefined).map(({ arn }) => ({ arn, reason: "MISSING" })),
      };
    },

    DescribeServiceRevisions({ serviceRevisionArns = [] }) {
      refuseTooMany(serviceRevisionArns);
      const all = allServices(state).flatMap((service) => service.history.map(({ target }) => ({ target, service })));
      const found = serviceRevisionArns.map((arn) => ({ arn, hit: all.find(({ target }) => target.arn === arn) }));
      return {
        serviceRevisions: found.flatMap(({ hit }) =>
          hit === undefined ? [] : [describeRevision(hit.target, hit.service)],
        ),
        failures: found.filter(({ hit }) => hit === undefined).map(({ arn }) => ({ arn, reason: "MISSING" })),
      };
    },
  };
}

function allServices(state: EcsState): EcsService[] {
  return [...state.clusters.values()].flatMap(({ services }) => [...services.values()]);
}

function refuseTooMany(arns: readonly string[]): void {
  if (arns.length === 0 || arns.length > 20)
    throw invalidParameter("Between 1 and 20 ARNs can be described in one call.");
}

function within(time: Date, after: Date | undefined, before: Date | undefined): boolean {
  return (after === undefined || time >= after) && (before === undefined || time <= before);
}

function brief(record: ServiceDeploymentRecord, { arn, cluster }: EcsService) {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: arn,
    clusterArn: cluster.arn,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
    targetServiceRevisionArn: record.target.arn,
    status: record.status,
    statusReason: record.statusReason,
  };
}

function describe(record: ServiceDeploymentRecord, service: EcsService): ServiceDeployment {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    updatedAt: record.updatedAt,
    finishedAt: record.finishedAt,
    stoppedAt: record.stoppedAt,
    status: record.status,
    statusReason: record.statusReason,
    targetServiceRevision: summary(record.target, service),
    sourceServiceRevisions: record.sources.map((source) => summary(source, service)),
    deploymentConfiguration: record.target.settings.deploymentConfiguration,
    deploymentCircuitBreaker: {
      status: breakerStatus(record),
      failureCount: record.breaker.failureCount,
      threshold: record.breaker.threshold,
    },
    alarms: {
      status: alarmsStatus(record),
      alarmNames: [...record.alarms.names],
      triggeredAlarmNames: [...record.alarms.triggered],
    },
    rollback: record.rollback,
  };
}

function alarmsStatus({ alarms, finishedAt }: ServiceDeploymentRecord) {
  if (!alarms.monitored) return "DISABLED";
  if (alarms.triggered.length > 0) return "TRIGGERED";
  return finishedAt === undefined ? "MONITORING" : "MONITORING_COMPLETE";
}

function breakerStatus({ target, breaker, finishedAt }: ServiceDeploymentRecord) {
  if (!isBreakerEnabled(target.settings)) return "DISABLED";
  if (breaker.triggered) return "TRIGGERED";
  return finishedAt === undefined ? "MONITORING" : "MONITORING_COMPLETE";
}

function summary(revision: ServiceRevision, service: EcsService): ServiceRevisionSummary {
  const deployment = service.deployments.find((candidate) => candidate.revision === revision);
  return {
    arn: revision.arn,
    requestedTaskCount: deployment?.desiredCount ?? 0,
    ...revisionCounts(tasksOf(service).filter(({ owner }) => owner?.deployment.revision === revision)),
  };
}

function describeRevision({ arn, createdAt, settings, digests }: ServiceRevision, service: EcsService): RevisionShape {
  const { definition, network, launchType, platformVersion, loadBalancers } = settings;
  return {
    serviceRevisionArn: arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: definition.taskDefinitionArn,
    ...capacityShape(settings),
    ...(launchType === "FARGATE" ? { platformVersion, platformFamily: "Linux" } : {}),
    loadBalancers: [...loadBalancers],
    serviceRegistries: [],
    ...(network === undefined ? {} : { networkConfiguration: { awsvpcConfiguration: network } }),
    containerImages:
      definition.containerDefinitions?.map(({ name, image = "" }) => ({
        containerName: name,
        image,
        imageDigest: digests.get(image),
      })) ?? [],
    guardDutyEnabled: false,
    createdAt,
  };
}
