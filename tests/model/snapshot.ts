/** What the APIs show at one moment, for the invariants to judge. */
import type { Deployment, LoadBalancer, Service, ServiceDeployment, ServiceEvent, Task } from "@aws-sdk/client-ecs";

export interface TargetView {
  readonly targetGroupArn: string;
  /** `ADDRESS:PORT` */
  readonly address: string;
  readonly state: string;
}

/** What a deployment's tasks are, fixed when it starts. */
export interface RevisionView {
  readonly arn: string;
  readonly loadBalancers: readonly LoadBalancer[];
  /** Whether an essential container has a health check. */
  readonly checked: boolean;
}

export interface ServiceView {
  readonly shape: Service;
  /** Its service deployments, the newest first; the newest 20. */
  readonly records: readonly ServiceDeployment[];
  /** By the id of the deployment. */
  readonly revisions: ReadonlyMap<string, RevisionView>;
  /** Those that are not STOPPED. */
  readonly tasks: readonly Task[];
  /** Those that have become STOPPED since the snapshot before. */
  readonly ended: readonly Task[];
}

export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly services: readonly ServiceView[];
  /** All tasks that are not STOPPED. */
  readonly tasks: readonly Task[];
  readonly targets: readonly TargetView[];
}

export const NOTHING: Snapshot = { now: 0, services: [], tasks: [], targets: [] };

/** The same service in another snapshot; not one of its name that was made after it was deleted. */
export function sameService({ services }: Snapshot, { shape }: ServiceView): ServiceView | undefined {
  return services.find(
    (other) =>
      other.shape.serviceArn === shape.serviceArn && other.shape.createdAt?.getTime() === shape.createdAt?.getTime(),
  );
}

/** What the service has said since, the oldest first. */
export function newEvents({ shape }: ServiceView, earlier: ServiceView | undefined): readonly ServiceEvent[] {
  const events = shape.events ?? [];
  const newest = earlier?.shape.events?.[0]?.id;
  const known = events.findIndex(({ id }) => id === newest);
  return (known === -1 ? events : events.slice(0, known)).toReversed();
}

export function deploymentsOf({ shape }: ServiceView): readonly Deployment[] {
  return shape.deployments ?? [];
}

export function primaryOf(service: ServiceView): Deployment | undefined {
  return deploymentsOf(service).find(({ status }) => status === "PRIMARY");
}

/** Where the load balancers reach the task, one for each of its target groups. */
export function addressesOf(task: Task, service: ServiceView): readonly Omit<TargetView, "state">[] {
  return remembered(addresses, task, () => {
    const { loadBalancers = [] } = service.revisions.get(task.startedBy ?? "") ?? {};
    return loadBalancers.flatMap(({ targetGroupArn = "", containerName, containerPort }) => {
      const bindings = task.containers?.find(({ name }) => name === containerName)?.networkBindings ?? [];
      return bindings
        .filter((binding) => binding.containerPort === containerPort)
        .map(({ bindIP, hostPort }) => ({ targetGroupArn, address: `${bindIP}:${hostPort}` }));
    });
  });
}

const UNCHECKED_MS = 40_000;

/**
 * Whether the task counts as healthy: RUNNING, and healthy to every check that it has; where it has none, RUNNING for
 * 40 seconds. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 * @param now the snapshot that the task and the service are of
 */
export function isHealthy(task: Task, service: ServiceView, now: Snapshot): boolean {
  return remembered(healthy, task, () => {
    if (task.desiredStatus !== "RUNNING" || task.lastStatus !== "RUNNING") return false;
    const checked = service.revisions.get(task.startedBy ?? "")?.checked === true;
    if (checked && task.healthStatus !== "HEALTHY") return false;
    const at = addressesOf(task, service);
    if (!checked && at.length === 0) return now.now - (task.startedAt?.getTime() ?? now.now) >= UNCHECKED_MS;
    return at.every(
      ({ targetGroupArn, address }) =>
        now.targets.find((target) => target.address === address && target.targetGroupArn === targetGroupArn)?.state ===
        "healthy",
    );
  });
}

/**
 * Whether the wait for a task that nothing checks may be over in this very millisecond: of what else happens in it, the
 * scheduler may have seen something before and something after.
 */
export function isAboutToBeHealthy({ startedAt }: Task, { now }: Snapshot): boolean {
  return now - (startedAt?.getTime() ?? now) === UNCHECKED_MS;
}

/** A task is of one snapshot only, and is asked about by many invariants. */
const addresses = new WeakMap<Task, readonly Omit<TargetView, "state">[]>();
const healthy = new WeakMap<Task, boolean>();

function remembered<Value>(known: WeakMap<Task, Value>, task: Task, find: () => Value): Value {
  const value = known.get(task) ?? find();
  known.set(task, value);
  return value;
}

/** The scheduler stopped it because there were too many, not because it was unhealthy. */
export function wasScaledIn({ stopCode, stoppedReason = "" }: Task): boolean {
  return stopCode === "ServiceSchedulerInitiated" && stoppedReason.startsWith("Scaling activity");
}

export function floorOf({ shape }: ServiceView): number {
  return Math.ceil(((shape.desiredCount ?? 0) * (shape.deploymentConfiguration?.minimumHealthyPercent ?? 100)) / 100);
}

export function ceilingOf({ shape }: ServiceView): number {
  return Math.floor(((shape.desiredCount ?? 0) * (shape.deploymentConfiguration?.maximumPercent ?? 200)) / 100);
}
