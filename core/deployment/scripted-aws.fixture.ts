import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Deployment, Service, ServiceDeployment, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { TargetGroup, TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { GetRoleCommandOutput } from "@aws-sdk/client-iam";
import type { Clients } from "../platform/aws/clients.ts";
import type { CallOptions } from "../platform/aws/settings.ts";
import type { JumpingClock } from "../platform/jumping-clock.fixture.ts";

/** What AWS answers, by the second since the first call. An Error is thrown. */
export type Timeline = readonly (readonly [atSeconds: number, answer: Service | Error])[];

export interface Script {
  /** Readings of the service before UpdateService. */
  readonly before: Service;
  /** UpdateService's answer at second 0, and readings from then on. */
  readonly after?: Timeline;
  readonly taskDefinition?: TaskDefinition | Error;
  readonly stopped?: readonly Task[] | Error;
  readonly running?: readonly Task[] | Error;
  readonly targetGroups?: readonly TargetGroup[];
  readonly targetHealth?: readonly TargetHealthDescription[] | Error;
  readonly logs?: readonly { timestamp: number; message: string }[] | Error;
  readonly manifest?: string;
  /** By their names; others do not exist. */
  readonly roles?: Readonly<Record<string, GetRoleCommandOutput>>;
  readonly alarms?: readonly MetricAlarm[] | Error;
  readonly updateFails?: Error;
  /** Readings of the service from StopServiceDeployment on, by the second since. */
  readonly afterStop?: Timeline;
  readonly stopFails?: Error;
  /** The ARNs of the service deployments that are listed; web:43's own where it is left out. */
  readonly listed?: readonly string[] | Error;
  /** Changes of the service deployment as it is described, at each call. */
  readonly serviceDeployment?: () => ServiceDeployment;
  /** Called with each operation before it is answered. */
  readonly onCall?: (operation: string) => void;
}

export interface ScriptedAws {
  readonly clients: Clients;
  /** `UpdateService {"service":"web"…}` */
  readonly calls: string[];
  /** Only the operations' names, `DescribeServices` once for all of the watch's. */
  operations(): readonly string[];
}

/** AWS's side of the toolkit's own narrow interface, by a script; it throws as the SDK throws. */
export function scriptedAws(script: Script, clock: JumpingClock): ScriptedAws {
  const calls: string[] = [];
  let updatedAt: number | undefined;
  let stoppedAt: number | undefined;
  const answering =
    <Input extends object, Output extends object>(operation: string, answer: (input: Input) => Output | Error) =>
    async (input: Input, options: CallOptions = {}): Promise<Output & { $metadata: object }> => {
      options.signal?.throwIfAborted();
      calls.push(`${operation} ${JSON.stringify(input)}`);
      script.onCall?.(operation);
      const given = answer(input);
      if (given instanceof Error) throw given;
      return { ...given, $metadata: {} };
    };
  const reading = () => {
    const stopped = stoppedAt;
    const since = (script.afterStop ?? []).filter(
      ([at]) => stopped !== undefined && stopped + at * 1000 <= clock.now(),
    );
    const [, last] = since.at(-1) ?? [];
    if (last !== undefined) return last;
    const updated = updatedAt;
    if (updated === undefined) return script.before;
    const due = (script.after ?? []).filter(([at]) => updated + at * 1000 <= clock.now());
    return due.at(-1)?.[1] ?? script.before;
  };
  const page = (tasks: readonly Task[] | Error | undefined) =>
    tasks instanceof Error ? tasks : { taskArns: (tasks ?? []).map(({ taskArn }) => taskArn ?? "") };
  const unused = (operation: string) => answering(operation, () => new Error(`${operation} is not in the script`));
  const clients: Clients = {
    ecs: {
      describeClusters: answering("DescribeClusters", () => ({ clusters: [{ status: "ACTIVE" }] })),
      describeServiceDeployments: answering("DescribeServiceDeployments", () => ({
        serviceDeployments: [{ status: "IN_PROGRESS", sourceServiceRevisions: [{}], ...script.serviceDeployment?.() }],
      })),
      describeServiceRevisions: answering("DescribeServiceRevisions", () => ({
        serviceRevisions: [{ serviceRevisionArn: "sr/2", taskDefinition: arn("web:43") }],
      })),
      listServiceDeployments: answering("ListServiceDeployments", () =>
        script.listed instanceof Error
          ? script.listed
          : { serviceDeployments: (script.listed ?? ["sd/2"]).map(listedDeployment) },
      ),
      stopServiceDeployment: answering("StopServiceDeployment", () => {
        if (script.stopFails !== undefined) return script.stopFails;
        stoppedAt = clock.now();
        return {};
      }),
      describeServices: answering("DescribeServices", () => {
        const service = reading();
        return service instanceof Error ? service : { services: service.serviceName === "none" ? [] : [service] };
      }),
      describeTaskDefinition: answering("DescribeTaskDefinition", () =>
        script.taskDefinition instanceof Error ? script.taskDefinition : { taskDefinition: script.taskDefinition },
      ),
      listTasks: answering("ListTasks", ({ desiredStatus }) =>
        page(desiredStatus === "STOPPED" ? script.stopped : script.running),
      ),
      describeTasks: answering("DescribeTasks", ({ tasks }) => {
        const known = [script.stopped, script.running].flatMap((list) => (list instanceof Error ? [] : (list ?? [])));
        return { tasks: known.filter(({ taskArn }) => tasks?.includes(taskArn ?? "")) };
      }),
      registerTaskDefinition: answering("RegisterTaskDefinition", ({ family }) => ({
        taskDefinition: { taskDefinitionArn: arn(`${family}:43`) },
      })),
      updateService: answering("UpdateService", () => {
        if (script.updateFails !== undefined) return script.updateFails;
        updatedAt = clock.now();
        const service = reading();
        return service instanceof Error ? service : { service };
      }),
    },
    elb: {
      describeTargetGroups: answering("DescribeTargetGroups", () => ({
        TargetGroups: [...(script.targetGroups ?? [])],
      })),
      describeTargetHealth: answering("DescribeTargetHealth", () =>
        script.targetHealth instanceof Error
          ? script.targetHealth
          : { TargetHealthDescriptions: [...(script.targetHealth ?? [])] },
      ),
    },
    iam: {
      getRole: answering(
        "GetRole",
        ({ RoleName }) =>
          script.roles?.[RoleName ?? ""] ?? awsError("NoSuchEntityException", `The role ${RoleName} cannot be found.`),
      ),
    },
    cloudwatch: {
      describeAlarms: answering("DescribeAlarms", () =>
        script.alarms instanceof Error ? script.alarms : { MetricAlarms: [...(script.alarms ?? [])] },
      ),
    },
    logs: {
      getLogEvents: answering("GetLogEvents", () =>
        script.logs instanceof Error ? script.logs : { events: [...(script.logs ?? [])] },
      ),
    },
    ecr: {
      batchGetImage: answering("BatchGetImage", () => ({
        images: script.manifest === undefined ? [] : [{ imageManifest: script.manifest }],
      })),
      describeImageScanFindings: unused("DescribeImageScanFindings"),
      describeRepositories: unused("DescribeRepositories"),
      getAuthorizationToken: unused("GetAuthorizationToken"),
    },
  };
  const names = () => calls.map((call) => call.split(" ", 1)[0] ?? "");
  return {
    clients,
    calls,
    operations: () => names().filter((name, index, all) => name !== "DescribeServices" || all.indexOf(name) === index),
  };
}

function listedDeployment(serviceDeploymentArn: string) {
  return { serviceDeploymentArn, targetServiceRevisionArn: "sr/2" };
}

/** `web:42` → its ARN */
export function arn(revision: string): string {
  return `arn:aws:ecs:us-east-1:000000000000:task-definition/${revision}`;
}

/** An error as the SDK throws AWS's. */
export function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { requestId: "r-1" }, $fault: "client" });
}

/** The second that deployments of a script are made at, AWS's clock. */
export const updateTime = new Date(Date.UTC(2026, 0, 1));

export function deployment(id: string, revision: string, changes: Partial<Deployment> = {}): Deployment {
  return {
    id: `ecs-svc/${id}`,
    status: "PRIMARY",
    taskDefinition: arn(revision),
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    failedTasks: 0,
    rolloutState: "COMPLETED",
    rolloutStateReason: `ECS deployment ecs-svc/${id} completed.`,
    createdAt: updateTime,
    updatedAt: updateTime,
    ...changes,
  };
}

export function service(deployments: readonly Deployment[], changes: Partial<Service> = {}): Service {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  return {
    serviceArn: "arn:aws:ecs:us-east-1:000000000000:service/ecs-demo/web",
    serviceName: "web",
    clusterArn: "arn:aws:ecs:us-east-1:000000000000:cluster/ecs-demo",
    status: "ACTIVE",
    desiredCount: 2,
    runningCount: deployments.reduce((sum, { runningCount }) => sum + (runningCount ?? 0), 0),
    pendingCount: 0,
    taskDefinition: primary?.taskDefinition,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    deployments: [...deployments],
    events: [],
    ...changes,
  };
}
