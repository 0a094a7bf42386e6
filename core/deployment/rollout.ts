import type { Deployment, Service, ServiceEvent } from "@aws-sdk/client-ecs";
import type { TaskCounts, WatchEvent } from "./events.ts";
import { primaryOf } from "./primary.ts";
import type { PinnedDeployment } from "./strategy.ts";
import { supersededBy, type Verdict } from "./verdict.ts";

/** How long a rollback may take to begin after its deployment failed. */
const rollbackBeginsWithinMs = 30_000;

const rollbackTarget = /rolling back to (?:deploymentId|deployment) (ecs-svc\/\d+)/;

/** What a reading of the service adds. */
export interface Observation {
  readonly events: readonly WatchEvent[];
  readonly verdict: Verdict | undefined;
}

/**
 * Follows one rolling deployment through readings of its service, and says when its end is certain.
 *
 * `deployments[]` may forget a failed deployment between two readings, and a reading may be older than the one before
 * it. So a reading in which nothing is younger than our deployment is not believed; a rollback is where ECS says so (in a
 * state's reason or an event), or where the deployment before ours is PRIMARY again; only another PRIMARY that is none of
 * these has superseded ours.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export class Rollout {
  readonly #pinned: PinnedDeployment;
  readonly #seenEvents: Set<string>;
  readonly #rollbackIds = new Set<string>();
  #failure: { readonly reason: string; readonly at: number } | undefined;
  #rollbackRequested = false;
  #rollingBack: Deployment | undefined;
  #counts = "";
  #state = "";
  #service: Service | undefined;
  /** Whether a reading has shown the number of tasks that was asked for: one from before the update has not. */
  #countIsCurrent: boolean;

  constructor(pinned: PinnedDeployment) {
    this.#pinned = pinned;
    this.#seenEvents = new Set(pinned.earlierEvents);
    this.#countIsCurrent = pinned.desiredCount === undefined;
  }

  /** @param now the run's clock, milliseconds since the epoch */
  observe(service: Service, now: number): Observation {
    const primary = primaryOf(service);
    if (this.#isOlderReading(service, primary)) return { events: [], verdict: undefined };
    this.#service = service;
    this.#countIsCurrent ||= service.desiredCount === this.#pinned.desiredCount;
    const ours = service.deployments?.find(({ id }) => id === this.#pinned.id);
    const serviceEvents = this.#newServiceEvents(service);
    this.#gatherEvidence(service, ours, serviceEvents, now);
    const events = [
      ...serviceEvents.map(({ createdAt, message }) => ({
        type: "service-event" as const,
        at: createdAt ?? this.#pinned.createdAt,
        message: message ?? "",
      })),
      ...this.#stateChange(ours),
      ...this.#countsChange(service, ours),
      ...this.#rollbackBegun(primary),
    ];
    return { events, verdict: this.#verdict(service, primary, now) };
  }

  /** The rollback was asked for: readings from now on are of a failed deployment. @param now as for observe */
  fail(reason: string, now: number): void {
    this.#rollbackRequested = true;
    this.#failure = { reason, at: now };
  }

  /** What can be said when there are no more readings. */
  end(kind: "deadline" | "cancelled"): Verdict {
    const service = this.#service;
    if (this.#rollingBack !== undefined) {
      return { outcome: "rolled-back", reason: this.#failureReason(), service, successor: this.#rollingBack };
    }
    if (kind === "cancelled") {
      const asked = this.#rollbackRequested ? { rollbackRequested: true as const } : {};
      return { outcome: "cancelled", reason: "the run was ended from outside", service, ...asked };
    }
    if (this.#failure !== undefined) return { outcome: "failed", reason: this.#failure.reason, service };
    return { outcome: "timed-out", reason: "not complete at the deadline", service };
  }

  #newServiceEvents(service: Service): ServiceEvent[] {
    const fresh = (service.events ?? []).filter(
      ({ id, createdAt }) =>
        id !== undefined && !this.#seenEvents.has(id) && createdAt !== undefined && createdAt >= this.#pinned.createdAt,
    );
    for (const { id } of fresh) this.#seenEvents.add(id ?? "");
    return fresh.sort((a, b) => Number(a.createdAt) - Number(b.createdAt));
  }

  #gatherEvidence(service: Service, ours: Deployment | undefined, events: readonly ServiceEvent[], now: number): void {
    const reasons = (service.deployments ?? []).map(({ rolloutStateReason }) => rolloutStateReason ?? "");
    const messages = events.map(({ message }) => message ?? "");
    for (const words of [...reasons, ...messages]) {
      const id = rollbackTarget.exec(words)?.[1];
      if (id !== undefined && id !== this.#pinned.id) this.#rollbackIds.add(id);
    }
    const told = messages
      .map((message) => message.split(`(deployment ${this.#pinned.id}) `)[1])
      .find((words) => words?.startsWith("deployment failed"));
    const state = ours?.rolloutState === "FAILED" ? (ours.rolloutStateReason ?? "the deployment failed") : undefined;
    const reason = state ?? told;
    if (reason !== undefined) this.#failure ??= { reason, at: now };
  }

  #stateChange(ours: Deployment | undefined): WatchEvent[] {
    const state = ours?.rolloutState ?? "";
    if (state === "" || state === this.#state) return [];
    this.#state = state;
    return [{ type: "rollout-state", state, reason: ours?.rolloutStateReason ?? "" }];
  }

  #countsChange(service: Service, ours: Deployment | undefined): WatchEvent[] {
    const others = (service.deployments ?? []).filter((deployment) => deployment !== ours);
    const event = { type: "counts" as const, ours: countTasks(ours ? [ours] : []), others: countTasks(others) };
    const key = JSON.stringify(event);
    if (key === this.#counts) return [];
    this.#counts = key;
    return [event];
  }

  #rollbackBegun(primary: Deployment | undefined): WatchEvent[] {
    if (primary === undefined || this.#rollingBack?.id === primary.id || !this.#isRollback(primary)) return [];
    this.#rollingBack = primary;
    return [{ type: "rolling-back", taskDefinitionArn: primary.taskDefinition ?? "", reason: this.#failureReason() }];
  }

  #verdict(service: Service, primary: Deployment | undefined, now: number): Verdict | undefined {
    if (service.status !== undefined && service.status !== "ACTIVE") {
      const reason = `service ${service.serviceName ?? ""} is ${service.status}: it was deleted meanwhile`;
      return { outcome: "failed", reason, service };
    }
    if (primary === undefined) return undefined;
    return primary.id === this.#pinned.id
      ? this.#whilePrimary(service, primary, now)
      : this.#afterwards(service, primary);
  }

  #whilePrimary(service: Service, primary: Deployment, now: number): Verdict | undefined {
    if (primary.rolloutState === "COMPLETED" && this.#isThere(service)) {
      return { outcome: "deployed", reason: primary.rolloutStateReason ?? "", service };
    }
    if (primary.rolloutState !== "FAILED" || this.#failure === undefined) return undefined;
    const rollsBack = this.#pinned.rollbackEnabled || this.#rollbackRequested;
    const rollbackIsDue = rollsBack && now - this.#failure.at < rollbackBeginsWithinMs;
    if (rollbackIsDue) return undefined;
    const why = this.#pinned.previous?.rolloutState === "COMPLETED" ? "" : ": no deployment before it was complete";
    const undone = rollsBack ? { undone: `Amazon ECS did not roll back${why}` } : {};
    return { outcome: "failed", reason: this.#failure.reason, service, ...undone };
  }

  /** A completed deployment is there; a changed number of tasks and `stable` want the counts too. */
  #isThere(service: Service): boolean {
    const counted = this.#countIsCurrent && service.runningCount === service.desiredCount && service.pendingCount === 0;
    const alone = service.deployments?.length === 1;
    if (this.#pinned.waitUntil === "stable") return counted && alone;
    return this.#pinned.replacesTasks || counted;
  }

  #afterwards(service: Service, primary: Deployment): Verdict | undefined {
    if (this.#isRollback(primary)) return this.#rollbackVerdict(service, primary);
    if (this.#failure !== undefined) {
      return { outcome: "failed", reason: this.#failure.reason, service, successor: primary };
    }
    return supersededBy(primary, service);
  }

  #rollbackVerdict(service: Service, primary: Deployment): Verdict | undefined {
    const reason = this.#failureReason();
    if (primary.rolloutState === "COMPLETED") return { outcome: "rolled-back", reason, service, successor: primary };
    if (primary.rolloutState !== "FAILED") return undefined;
    const why = primary.rolloutStateReason ?? "";
    return { outcome: "failed", reason: `${reason} The rollback failed too: ${why}`, service, successor: primary };
  }

  #isRollback(primary: Deployment): boolean {
    const { previous, id } = this.#pinned;
    if (primary.id === undefined || primary.id === id) return false;
    if (this.#rollbackIds.has(primary.id) || this.#rollingBack?.id === primary.id) return true;
    if (rollbackTarget.test(primary.rolloutStateReason ?? "")) return true;
    if (primary.id === previous?.id) return true;
    return this.#failure !== undefined && primary.taskDefinition === previous?.taskDefinition;
  }

  /** DescribeServices is eventually consistent: from before our deployment was made, or before its rollback began. */
  #isOlderReading({ status = "ACTIVE", deployments = [], events = [] }: Service, primary?: Deployment): boolean {
    const { id, previous, createdAt } = this.#pinned;
    if (primary === undefined || status !== "ACTIVE") return false;
    if (deployments.some((deployment) => deployment.id === id))
      return this.#rollingBack !== undefined && primary.id === id;
    const isBefore = primary.id === previous?.id || (primary.createdAt ?? createdAt) < createdAt;
    const changed = deployments.map((deployment) => deployment.updatedAt ?? deployment.createdAt);
    const times = [...changed, ...events.map((event) => event.createdAt)];
    return isBefore && times.every((time) => time === undefined || time <= createdAt);
  }

  #failureReason(): string {
    return this.#failure?.reason ?? "Amazon ECS rolled the deployment back.";
  }
}

function countTasks(deployments: readonly Deployment[]): TaskCounts {
  const sum = (count: (deployment: Deployment) => number | undefined) =>
    deployments.reduce((total, deployment) => total + (count(deployment) ?? 0), 0);
  return {
    desired: sum(({ desiredCount }) => desiredCount),
    running: sum(({ runningCount }) => runningCount),
    pending: sum(({ pendingCount }) => pendingCount),
    failed: sum(({ failedTasks }) => failedTasks),
  };
}
