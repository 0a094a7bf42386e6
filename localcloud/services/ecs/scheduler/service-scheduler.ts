/**
 * The service scheduler: brings each service to its desired state, one look at a time. A look is taken whenever
 * something changed: a task, a target's health, the service itself, or the time that the last look waited for.
 */
import type { Clock } from "../../../clock.ts";
import type { AlarmSource } from "../../cloudwatch/alarm-source.ts";
import type { TaskHooks } from "../agent/agent.ts";
import { tasksOf } from "../services/describe.ts";
import type { Deployment, EcsService, Task } from "../state.ts";
import { bakeMs } from "./deployment-alarms.ts";
import type { ServiceEvents } from "./events.ts";
import { detectFailure } from "./failure-detection.ts";
import type { Failures } from "./failures.ts";
import { judge, type Verdict } from "./health.ts";
import { type Member, type Plan, plan } from "./plan.ts";
import type { Rollout } from "./rollout.ts";
import type { Scaling } from "./scaling.ts";
import type { ServiceTargets } from "./service-targets.ts";

export interface SchedulerDependencies {
  readonly clock: Clock;
  readonly targets: ServiceTargets;
  readonly alarms: AlarmSource;
  readonly events: ServiceEvents;
  readonly rollout: Rollout;
  readonly failures: Failures;
  readonly scaling: Scaling;
}

export class ServiceScheduler {
  readonly #deps: SchedulerDependencies;
  readonly #due = new Set<EcsService>();
  readonly #wakeUps = new Map<EcsService, () => void>();
  readonly #stuck = new WeakSet<Deployment>();
  readonly #hooks: TaskHooks;
  #closed = false;

  constructor(deps: SchedulerDependencies) {
    this.#deps = deps;
    this.#hooks = {
      changed: (task) => this.#taskChanged(task),
      activating: (task) => deps.targets.register(task),
      deactivating: (task) => deps.targets.deregister(task),
    };
    deps.targets.onHealthChange((task) => {
      if (task.owner !== undefined) this.schedule(task.owner.service);
    });
  }

  /** Looks at the service as soon as what is going on now has finished. */
  schedule(service: EcsService): void {
    if (this.#closed || this.#due.has(service)) return;
    this.#due.add(service);
    queueMicrotask(() => {
      this.#due.delete(service);
      this.#look(service);
    });
  }

  /** Replaces no task any more: the local cloud goes away. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#wakeUps.values()) cancel();
    this.#wakeUps.clear();
  }

  #taskChanged(task: Task): void {
    if (task.owner === undefined) return;
    if (task.desiredStatus === "STOPPED") this.#deps.failures.taskEnds(task);
    this.schedule(task.owner.service);
  }

  #look(service: EcsService): void {
    this.#wakeUps.get(service)?.();
    this.#wakeUps.delete(service);
    if (this.#closed || service.status === "INACTIVE") return;
    const primary = service.deployments[0];
    if (primary === undefined) return;
    const verdicts = this.#judgeAll(service);
    this.#hasFailed(service, primary);
    const current = service.deployments[0] ?? primary;
    const next = plan(this.#situation(service, current, verdicts));
    this.#deps.scaling.stop(service, next.stop);
    // What was just stopped for being unhealthy counts before its replacement could start.
    if (this.#hasFailed(service, current)) {
      this.schedule(service);
      return;
    }
    this.#start(service, current, next);
    this.#conclude(service, current, verdicts);
    this.#wakeAt(service, this.#nextChange(current, verdicts));
  }

  #judgeAll(service: EcsService): Map<Task, Verdict> {
    const verdicts = new Map<Task, Verdict>();
    for (const task of meantToRun(service)) {
      const verdict = judge(task, this.#deps.targets.registry, this.#deps.clock);
      verdicts.set(task, verdict);
      if (verdict.state === "healthy") this.#deps.failures.taskIsHealthy(task);
      if (verdict.state === "unhealthy") this.#foundUnhealthy(service, task, verdict);
    }
    return verdicts;
  }

  #foundUnhealthy(
    service: EcsService,
    task: Task,
    { stoppedReason, sentence }: Verdict & { state: "unhealthy" },
  ): void {
    if (task.unhealthyReason !== undefined) return;
    task.unhealthyReason = stoppedReason;
    this.#deps.events.unhealthy(service, sentence);
  }

  /** @returns whether the deployment has FAILED just now */
  #hasFailed(service: EcsService, primary: Deployment): boolean {
    const failure = detectFailure(service, primary, this.#deps.alarms);
    if (failure !== undefined) this.#deps.rollout.fail(service, primary, failure);
    return failure !== undefined;
  }

  #hasBaked(deployment: Deployment): boolean {
    const now = this.#deps.clock.now();
    deployment.bakesUntil ??= now + bakeMs(this.#deps.alarms, deployment);
    return now >= deployment.bakesUntil;
  }

  #situation(service: EcsService, primary: Deployment, verdicts: ReadonlyMap<Task, Verdict>) {
    const { desiredCount, deploymentConfiguration } = service.settings;
    const member = (task: Task): Member => ({
      task,
      running: task.lastStatus === "RUNNING",
      healthy: verdicts.get(task)?.state === "healthy",
      condemned: task.unhealthyReason !== undefined,
    });
    const members = meantToRun(service).map(member);
    return {
      desired: service.status === "ACTIVE" ? desiredCount : 0,
      minimumHealthyPercent: deploymentConfiguration.minimumHealthyPercent ?? 100,
      maximumPercent: deploymentConfiguration.maximumPercent ?? 200,
      primary: members.filter(({ task }) => task.owner?.deployment === primary),
      others: members.filter(({ task }) => task.owner?.deployment !== primary),
      mayStart: primary.rolloutState !== "FAILED" && this.#deps.clock.now() >= primary.retryAt,
    };
  }

  #start(service: EcsService, primary: Deployment, { start, stuck }: Plan): void {
    if (start > 0) this.#deps.scaling.start(service, primary, start, this.#hooks);
    if (stuck && !this.#stuck.has(primary)) {
      this.#stuck.add(primary);
      this.#deps.events.stuck(service);
    }
  }

  #conclude(service: EcsService, primary: Deployment, verdicts: ReadonlyMap<Task, Verdict>): void {
    const alive = notStopped(service);
    if (service.status === "ACTIVE") this.#settle(service, primary, alive, verdicts);
    else if (alive.length === 0) this.#deps.rollout.end(service);
  }

  #settle(
    service: EcsService,
    primary: Deployment,
    alive: readonly Task[],
    verdicts: ReadonlyMap<Task, Verdict>,
  ): void {
    const atDesired =
      alive.filter(({ owner }) => owner?.deployment === primary).length === service.settings.desiredCount;
    const settled =
      atDesired && alive.every((task) => task.owner?.deployment === primary && verdicts.get(task)?.state === "healthy");
    if (settled && primary.rolloutState === "IN_PROGRESS" && this.#hasBaked(primary))
      this.#deps.rollout.complete(service, primary);
    const steady = settled && primary.rolloutState === "COMPLETED";
    if (steady && !service.steady) this.#deps.events.steady(service);
    service.steady = steady;
  }

  /** When time alone may change what is to be done; undefined where only events can. */
  #nextChange(primary: Deployment, verdicts: ReadonlyMap<Task, Verdict>): number | undefined {
    const times = [...verdicts.values()].flatMap((verdict) =>
      verdict.state === "waiting" ? (verdict.until ?? []) : [],
    );
    const { retryAt, bakesUntil = 0 } = primary;
    times.push(...[retryAt, bakesUntil].filter((time) => time > this.#deps.clock.now()));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #wakeAt(service: EcsService, time: number | undefined): void {
    if (time === undefined) return;
    const wait = Math.max(0, time - this.#deps.clock.now());
    this.#wakeUps.set(
      service,
      this.#deps.clock.after(wait, () => this.#look(service)),
    );
  }
}

function meantToRun(service: EcsService): Task[] {
  return tasksOf(service).filter(({ desiredStatus }) => desiredStatus === "RUNNING");
}

function notStopped(service: EcsService): Task[] {
  return tasksOf(service).filter(({ lastStatus }) => lastStatus !== "STOPPED");
}
