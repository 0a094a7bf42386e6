/** The states of a service's deployments: begun, superseded, completed, failed, rolled back. */
import type { Clock } from "../../../clock.ts";
import type { AlarmSource } from "../../cloudwatch/alarm-source.ts";
import { type Account, deploymentRecordId, ecsArn, numericId } from "../arn.ts";
import type { Deployment, EcsService, ServiceDeploymentRecord, ServiceRevision, ServiceSettings } from "../state.ts";
import { breakerThreshold } from "./circuit-breaker.ts";
import { alarmMonitor } from "./deployment-alarms.ts";
import type { DeploymentFailure } from "./deployment-failure.ts";
import type { ServiceEvents } from "./events.ts";

export class Rollout {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #events: ServiceEvents;
  readonly #alarms: AlarmSource;

  constructor(account: Account, clock: Clock, events: ServiceEvents, alarms: AlarmSource) {
    this.#account = account;
    this.#clock = clock;
    this.#events = events;
    this.#alarms = alarms;
  }

  /** A new PRIMARY deployment; the one before becomes ACTIVE and, if it was under way, is superseded. */
  begin(service: EcsService, settings: ServiceSettings): Deployment {
    const now = this.#now();
    const sources = service.deployments.filter(hasSucceeded).map(({ revision }) => revision);
    for (const previous of service.deployments) this.#retire(previous);
    const revision = this.#revision(service, settings);
    const record = this.#record(service, revision, sources);
    const id = `ecs-svc/${numericId()}`;
    const deployment: Deployment = {
      id,
      revision,
      record,
      createdAt: now,
      updatedAt: now,
      status: "PRIMARY",
      desiredCount: settings.desiredCount,
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: `ECS deployment ${id} in progress.`,
      failedTasks: 0,
      retryAt: 0,
    };
    service.settings = settings;
    service.deployments = [deployment, ...service.deployments];
    service.history.unshift(record);
    service.steady = false;
    return deployment;
  }

  /** Every old task is gone and every new one is healthy. */
  complete(service: EcsService, deployment: Deployment): void {
    const rolledBack = service.deployments.find(({ record }) => record.status === "ROLLBACK_IN_PROGRESS");
    this.#set(deployment, "COMPLETED", `ECS deployment ${deployment.id} completed.`);
    if (rolledBack !== undefined) this.#finish(rolledBack.record, "ROLLBACK_SUCCESSFUL");
    else this.#finish(deployment.record, "SUCCESSFUL");
    service.deployments = [deployment];
    this.#events.deploymentCompleted(service, deployment);
  }

  /** FAILED, and back to what last completed where what found the failure rolls back and there is such. */
  fail(service: EcsService, deployment: Deployment, failure: DeploymentFailure): void {
    this.#set(deployment, "FAILED", failure.reason);
    this.#events.deploymentFailed(service, deployment, failure);
    const rollingBack = service.deployments.find(({ record }) => record.status === "ROLLBACK_IN_PROGRESS");
    if (rollingBack !== undefined) {
      this.#finish(rollingBack.record, "ROLLBACK_FAILED");
      return;
    }
    const source = service.deployments.find((candidate) => candidate !== deployment && hasSucceeded(candidate));
    if (!failure.rollsBack) this.#finish(deployment.record, "STOPPED", failure.statusReason);
    else if (source !== undefined) this.#rollBack(service, deployment, source, failure);
    else this.#finish(deployment.record, "ROLLBACK_FAILED", "No rollback candidate was found to run the rollback.");
  }

  /** What needs no deployment has changed: the count, the percentages, the grace period. */
  adjust(service: EcsService, settings: ServiceSettings): void {
    service.settings = settings;
    const [primary] = service.deployments;
    if (primary !== undefined) primary.desiredCount = settings.desiredCount;
    const [newest] = service.history;
    if (newest !== undefined && isUnderWay(newest)) newest.breaker.threshold = breakerThreshold(settings.desiredCount);
  }

  /** The service is being deleted: what was under way ends where it is. */
  abandon(service: EcsService): void {
    for (const { record } of service.deployments)
      if (isUnderWay(record)) this.#finish(record, "STOPPED", "The service was deleted.");
  }

  /** The service was deleted, and the last of its tasks has stopped. */
  end(service: EcsService): void {
    service.status = "INACTIVE";
    service.deployments = [];
  }

  #rollBack(service: EcsService, failed: Deployment, source: Deployment, failure: DeploymentFailure): void {
    const reason = `${failure.detector}: rolling back to deploymentId ${source.id}.`;
    source.desiredCount = service.settings.desiredCount;
    source.failedTasks = 0;
    source.retryAt = 0;
    source.status = "PRIMARY";
    this.#set(source, "IN_PROGRESS", reason);
    failed.status = "ACTIVE";
    failed.desiredCount = 0;
    failed.record.status = "ROLLBACK_IN_PROGRESS";
    failed.record.statusReason = failure.statusReason;
    failed.record.rollback = { reason, startedAt: this.#now(), serviceRevisionArn: source.revision.arn };
    service.settings = { ...service.settings, ...revisionOf(source.revision.settings) };
    service.deployments = [source, ...service.deployments.filter((deployment) => deployment !== source)];
    this.#events.rollingBack(service, source);
  }

  #retire(previous: Deployment): void {
    previous.status = "ACTIVE";
    previous.desiredCount = 0;
    const { record } = previous;
    if (isUnderWay(record)) this.#finish(record, "STOPPED", "A new service deployment was started.");
  }

  #revision(service: EcsService, settings: ServiceSettings): ServiceRevision {
    const resource = `service-revision/${service.cluster.name}/${service.name}/${numericId()}`;
    return { arn: ecsArn(this.#account, resource), createdAt: this.#now(), settings, digests: new Map() };
  }

  #record(service: EcsService, target: ServiceRevision, sources: readonly ServiceRevision[]): ServiceDeploymentRecord {
    const now = this.#now();
    const resource = `service-deployment/${service.cluster.name}/${service.name}/${deploymentRecordId()}`;
    return {
      arn: ecsArn(this.#account, resource),
      createdAt: now,
      startedAt: now,
      updatedAt: now,
      target,
      sources,
      status: "IN_PROGRESS",
      alarms: alarmMonitor(this.#alarms, target.settings),
      breaker: {
        triggered: false,
        failureCount: 0,
        threshold: breakerThreshold(target.settings.desiredCount),
      },
    };
  }

  #set(deployment: Deployment, state: Deployment["rolloutState"], reason: string): void {
    deployment.rolloutState = state;
    deployment.rolloutStateReason = reason;
    deployment.updatedAt = this.#now();
    // The service deployment of what a rollback goes back to is over.
    if (isUnderWay(deployment.record)) deployment.record.updatedAt = deployment.updatedAt;
  }

  #finish(record: ServiceDeploymentRecord, status: ServiceDeploymentRecord["status"], reason?: string): void {
    record.status = status;
    record.finishedAt = this.#now();
    record.updatedAt = record.finishedAt;
    if (status === "STOPPED") record.stoppedAt = record.finishedAt;
    if (reason !== undefined) record.statusReason = reason;
  }

  #now(): Date {
    return new Date(this.#clock.now());
  }
}

/** One that a rollback goes back to is IN_PROGRESS again, and stays what can be gone back to; unless it FAILED in turn. */
function hasSucceeded({ record, rolloutState }: Deployment): boolean {
  return record.status === "SUCCESSFUL" && rolloutState !== "FAILED";
}

export function isUnderWay({ status }: ServiceDeploymentRecord): boolean {
  return status === "IN_PROGRESS" || status === "ROLLBACK_IN_PROGRESS";
}

/** The part of a service's settings that belongs to its revision, and comes back with a rollback. */
function revisionOf({
  definition,
  network,
  loadBalancers,
  platformVersion,
  launchType,
  capacityProviderStrategy,
}: ServiceSettings): Partial<ServiceSettings> {
  return { definition, network, loadBalancers, platformVersion, launchType, capacityProviderStrategy };
}
