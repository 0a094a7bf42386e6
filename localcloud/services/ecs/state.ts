/** What Amazon ECS knows: clusters, task definitions, services with their deployments, tasks. In memory, per local cloud. */
import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  DeploymentConfiguration,
  DeploymentRolloutState,
  HealthStatus,
  LoadBalancer,
  Service,
  ServiceDeploymentStatus,
  ServiceEvent,
  Tag,
  TaskDefinition,
  TaskOverride,
  TaskStopCode,
} from "@aws-sdk/client-ecs";
import type { Target } from "../../loadbalancer/targets.ts";
import type { Account } from "./arn.ts";

export interface EcsState {
  readonly account: Account;
  readonly clusters: Map<string, Cluster>;
  /** By family; the index is the revision minus one. */
  readonly families: Map<string, RegisteredDefinition[]>;
}

export function emptyState(account: Account): EcsState {
  return { account, clusters: new Map(), families: new Map() };
}

export interface Cluster {
  readonly arn: string;
  readonly name: string;
  status: "ACTIVE" | "INACTIVE";
  tags: readonly Tag[];
  capacityProviders: readonly string[];
  /** Of services and tasks that are given neither a launch type nor a strategy. */
  defaultStrategy: readonly CapacityProviderStrategyItem[];
  readonly services: Map<string, EcsService>;
  /** By id. Stopped tasks stay for an hour, as on AWS. */
  readonly tasks: Map<string, Task>;
}

export interface RegisteredDefinition extends TaskDefinition {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
  readonly tags?: readonly Tag[];
}

export interface EcsService {
  readonly arn: string;
  readonly name: string;
  readonly cluster: Cluster;
  readonly createdAt: Date;
  readonly createdBy: string;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  settings: ServiceSettings;
  /** The newest first; what has drained is gone. */
  deployments: Deployment[];
  /** Every service deployment of the service, the newest first. */
  readonly history: ServiceDeploymentRecord[];
  /** The newest first, at most 100. */
  events: ServiceEvent[];
  steady: boolean;
}

/** What CreateService and UpdateService set. */
export interface ServiceSettings {
  readonly definition: RegisteredDefinition;
  readonly desiredCount: number;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly network: AwsVpcConfiguration | undefined;
  readonly deploymentConfiguration: DeploymentConfiguration;
  /** Seconds. */
  readonly healthCheckGracePeriodSeconds: number;
  readonly launchType: "FARGATE" | "EC2";
  /** Empty where the launch type decides. */
  readonly capacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  readonly platformVersion: string;
  readonly enableECSManagedTags: boolean;
  readonly propagateTags: NonNullable<Service["propagateTags"]>;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
}

/** What one deployment brings: fixed when the deployment starts. */
export interface ServiceRevision {
  readonly arn: string;
  readonly createdAt: Date;
  readonly settings: ServiceSettings;
  /**
   * The digest of each image reference, resolved once: ECS fixes a tag's digest per service deployment.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
   */
  readonly digests: Map<string, string>;
}

export interface Deployment {
  /** `ecs-svc/…`, which is also `startedBy` of its tasks. */
  readonly id: string;
  readonly revision: ServiceRevision;
  readonly record: ServiceDeploymentRecord;
  readonly createdAt: Date;
  updatedAt: Date;
  status: "PRIMARY" | "ACTIVE";
  desiredCount: number;
  rolloutState: DeploymentRolloutState;
  rolloutStateReason: string;
  /** Tasks that failed since one was last healthy. */
  failedTasks: number;
  /** No task is started before this time (milliseconds since the epoch). */
  retryAt: number;
  /** Not COMPLETED before this time; set once only the new tasks are left, so a rollback to it need not bake again. */
  bakesUntil?: number;
}

/** The same deployment as the service-deployment APIs show it. */
export interface ServiceDeploymentRecord {
  readonly arn: string;
  readonly createdAt: Date;
  readonly target: ServiceRevision;
  readonly sources: readonly ServiceRevision[];
  startedAt: Date;
  finishedAt?: Date;
  stoppedAt?: Date;
  updatedAt: Date;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  /** `monitored`: whether the deployment fails when one of `names` goes to ALARM. */
  readonly alarms: { readonly names: readonly string[]; readonly monitored: boolean; triggered: readonly string[] };
  breaker: { triggered: boolean; failureCount: number; threshold: number };
  rollback?: { readonly reason: string; readonly startedAt: Date; readonly serviceRevisionArn: string };
}

export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

export interface Task {
  readonly arn: string;
  readonly id: string;
  readonly cluster: Cluster;
  readonly definition: RegisteredDefinition;
  readonly launchType: "FARGATE" | "EC2";
  /** Of a task that a capacity provider strategy has placed. */
  readonly capacityProvider: string | undefined;
  /** `service:NAME` or `family:NAME`. */
  readonly group: string;
  readonly startedBy: string | undefined;
  /** The service and deployment that own the task; undefined for a standalone task. */
  readonly owner: { readonly service: EcsService; readonly deployment: Deployment } | undefined;
  readonly network: AwsVpcConfiguration | undefined;
  readonly overrides: TaskOverride;
  tags: readonly Tag[];
  readonly subnetId: string | undefined;
  readonly availabilityZone: string;
  readonly enableExecuteCommand: boolean;
  readonly createdAt: Date;
  readonly containers: Container[];
  desiredStatus: "RUNNING" | "STOPPED";
  lastStatus: TaskStatus;
  healthStatus: HealthStatus;
  /** Counts the changes of state. */
  version: number;
  pullStartedAt?: Date;
  pullStoppedAt?: Date;
  startedAt?: Date;
  stoppingAt?: Date;
  executionStoppedAt?: Date;
  stoppedAt?: Date;
  stopCode?: TaskStopCode;
  stoppedReason?: string;
  /** Where the load balancer reaches it. */
  targets: { readonly targetGroupArn: string; readonly target: Target }[];
  /** Whether the task has once been healthy by every check that it has. */
  wasHealthy: boolean;
  /** Why the scheduler will replace it, once it found the task unhealthy. */
  unhealthyReason?: string;
}

export interface Container {
  readonly arn: string;
  readonly name: string;
  readonly image: string;
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  healthStatus: HealthStatus;
  imageDigest?: string;
  runtimeId?: string;
  exitCode?: number;
  reason?: string;
  bindings: readonly { containerPort: number; host: string; hostPort: number }[];
}
