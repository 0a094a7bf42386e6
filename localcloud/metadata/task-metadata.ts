/** What the task metadata endpoint is told of a task; the ECS agent fills it in, anew for every request. */

export interface TaskMetadata {
  /** The name of the container that asks. */
  readonly containerName: string;
  readonly clusterArn: string;
  readonly taskArn: string;
  readonly family: string;
  readonly revision: number;
  /** Of a task that belongs to a service. */
  readonly serviceName?: string | undefined;
  readonly desiredStatus: string;
  readonly knownStatus: string;
  /** Of the whole task: vCPUs and MiB. */
  readonly limits?: { readonly vcpu?: number | undefined; readonly memoryMib?: number | undefined } | undefined;
  readonly pullStartedAt?: Date | undefined;
  readonly pullStoppedAt?: Date | undefined;
  readonly executionStoppedAt?: Date | undefined;
  readonly availabilityZone: string;
  readonly launchType: "FARGATE" | "EC2";
  readonly containers: readonly ContainerMetadata[];
}

export interface ContainerMetadata {
  readonly name: string;
  readonly arn: string;
  readonly runtimeId: string;
  /** As the task definition has it. */
  readonly image: string;
  /** Of the manifest: `sha256:…`; `undefined` until it was pulled. */
  readonly imageDigest?: string | undefined;
  readonly desiredStatus: string;
  readonly knownStatus: string;
  readonly exitCode?: number | undefined;
  /** As the container definition has them: CPU units and MiB. */
  readonly limits?: { readonly cpuUnits?: number | undefined; readonly memoryMib?: number | undefined } | undefined;
  readonly createdAt?: Date | undefined;
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
  readonly dockerLabels?: Readonly<Record<string, string>> | undefined;
  readonly logDriver?: string | undefined;
  /** With `awslogs-stream` as it was chosen. */
  readonly logOptions?: Readonly<Record<string, string>> | undefined;
  /** Of a container with a health check. */
  readonly health?: { readonly status: string; readonly since?: Date | undefined } | undefined;
  /** Mapped ports; shown for EC2 only, as AWS does. */
  readonly ports?: readonly { readonly containerPort: number; readonly hostPort: number; readonly hostIp: string }[];
  readonly networkMode: string;
  readonly ipv4Addresses: readonly string[];
}
