/** Amazon ECS on a clock that a test advances, with containers and targets that do what the test says. */

import type { StateValue } from "@aws-sdk/client-cloudwatch";
import type { CreateServiceRequest, ECS, RegisterTaskDefinitionRequest, Service, Task } from "@aws-sdk/client-ecs";
import { ManualClock } from "../../clock.ts";
import type { Call, Operations } from "../../gateway/service.ts";
import type { Target, TargetRegistry } from "../../loadbalancer/targets.ts";
import {
  CannotPull,
  type ContainerSpec,
  type Exit,
  type RunningContainer,
  type Runtime,
} from "../../runtime/runtime.ts";
import type { AlarmSource } from "../cloudwatch/alarm-source.ts";
import { defaultNetwork } from "../ec2/network.ts";
import { type Ecs, ecsService } from "./operations.ts";
import { emptyState } from "./state.ts";

const account = { accountId: "000000000000", region: "us-east-1" };
export const TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef";
const DRAIN_MS = 5_000;

const call: Call = {
  requestId: "request",
  region: account.region,
  principal: {
    accountId: account.accountId,
    arn: `arn:aws:iam::${account.accountId}:root`,
    userId: "0",
    accessKeyId: "test",
  },
};

/** How the containers of an image behave. */
export interface Behaviour {
  /** Exits by itself, so many milliseconds after its start. */
  readonly exitsAfterMs?: number;
  readonly exitCode?: number;
  /** What its health check answers. */
  readonly healthy?: boolean;
  /** What the load balancer finds. */
  readonly targetHealthy?: boolean;
}

/** Containers that start at once, stop when they are told to, and otherwise behave as their image says. */
class ScriptedRuntime implements Runtime {
  readonly kind = "simulated";
  readonly #clock: ManualClock;
  readonly behaviours = new Map<string, Behaviour>();
  readonly started: { spec: ContainerSpec; port: number; end: (exit: Exit) => void }[] = [];
  #port = 10_000;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async pull(reference: string) {
    const image = reference.replace(/^.*@sha256:/, "");
    if (!this.behaviours.has(image))
      throw new CannotPull(
        `pull image manifest has been retried 7 time(s): failed to resolve ref ${reference}: not found`,
      );
    return { reference: image, digest: `sha256:${image}`, config: {} };
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const behaviour = this.behaviours.get(spec.image.reference) ?? {};
    const exited = Promise.withResolvers<Exit>();
    const port = this.#port++;
    this.started.push({ spec, port, end: exited.resolve });
    if (behaviour.exitsAfterMs !== undefined)
      this.#clock.after(behaviour.exitsAfterMs, () => exited.resolve({ exitCode: behaviour.exitCode ?? 1 }));
    return {
      runtimeId: spec.id,
      bindings: spec.containerPorts.map((containerPort) => ({ containerPort, host: "127.0.0.1", hostPort: port })),
      exited: exited.promise,
      kill: (signal) => exited.resolve({ exitCode: signal === "SIGKILL" ? 137 : 143 }),
      exec: async () => (this.behaviours.get(spec.image.reference)?.healthy === false ? 1 : 0),
      remove: async () => {},
    };
  }

  async close() {}

  behaviourAt(port: number): Behaviour {
    const started = this.started.find((candidate) => candidate.port === port);
    return this.behaviours.get(started?.spec.image.reference ?? "") ?? {};
  }
}

/** Targets that turn out healthy or not one second after they come, and drain for five. */
class ScriptedTargets implements TargetRegistry {
  readonly #clock: ManualClock;
  readonly #runtime: ScriptedRuntime;
  readonly states = new Map<number, "initial" | "healthy" | "unhealthy" | "draining">();
  readonly #listeners = new Set<(targetGroupArn: string, target: Target) => void>();

  constructor(clock: ManualClock, runtime: ScriptedRuntime) {
    this.#clock = clock;
    this.#runtime = runtime;
  }

  find(targetGroupArn: string) {
    return targetGroupArn === TARGET_GROUP ? { targetGroupName: "web", inUse: true } : undefined;
  }

  register(_targetGroupArn: string, target: Target) {
    this.#set(target, "initial");
    this.#clock.after(1_000, () => {
      if (this.states.get(target.port) !== "initial") return;
      this.#set(target, this.#runtime.behaviourAt(target.port).targetHealthy === false ? "unhealthy" : "healthy");
    });
  }

  deregister(_targetGroupArn: string, target: Target) {
    this.#set(target, "draining");
    this.#clock.after(DRAIN_MS, () => this.#set(target, undefined));
  }

  health(_targetGroupArn: string, { port }: Target) {
    const State = this.states.get(port);
    return State === undefined ? undefined : { State, Description: "Health checks failed with these codes: [500]" };
  }

  onChange(listener: (targetGroupArn: string, target: Target) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(target: Target, state: "initial" | "healthy" | "unhealthy" | "draining" | undefined) {
    if (state === undefined) this.states.delete(target.port);
    else this.states.set(target.port, state);
    for (const listener of this.#listeners) listener(TARGET_GROUP, target);
  }
}

/** Alarms that are in the state that the test sets, and judge within two minutes. */
class ScriptedAlarms implements AlarmSource {
  readonly #states = new Map<string, StateValue>();
  readonly #listeners = new Set<(alarmName: string) => void>();

  set(alarmName: string, state: StateValue): void {
    this.#states.set(alarmName, state);
    for (const listener of this.#listeners) listener(alarmName);
  }

  find(alarmName: string) {
    const state = this.#states.get(alarmName);
    return state === undefined ? undefined : { state, evaluationMs: 120_000 };
  }

  onChange(listener: (alarmName: string) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export function startEcs() {
  const clock = new ManualClock();
  const runtime = new ScriptedRuntime(clock);
  const targets = new ScriptedTargets(clock, runtime);
  const alarms = new ScriptedAlarms();
  const logs: string[] = [];
  const service = ecsService({
    state: emptyState(account),
    agent: {
      runtime,
      clock,
      region: account.region,
      logs: {
        createGroup: () => {},
        createStream: () => {},
        put: (group, stream, _time, line) => logs.push(`${group} ${stream} ${line}`),
      },
      metadataUri: ({ id }, { name }) => `http://127.0.0.1/v4/${id}-${name}`,
      onBug: (error) => {
        throw error;
      },
    },
    targets,
    alarms,
    network: defaultNetwork(account.region),
  });
  return new EcsHarness(service, clock, runtime, targets, alarms);
}

export class EcsHarness {
  readonly #operations: Operations<ECS>;
  readonly clock: ManualClock;
  readonly runtime: ScriptedRuntime;
  readonly targets: ScriptedTargets;
  readonly alarms: ScriptedAlarms;
  readonly close: () => Promise<void>;

  constructor(
    service: Ecs,
    clock: ManualClock,
    runtime: ScriptedRuntime,
    targets: ScriptedTargets,
    alarms: ScriptedAlarms,
  ) {
    this.alarms = alarms;
    this.#operations = service.operations as Operations<ECS>;
    this.close = () => service.close();
    this.clock = clock;
    this.runtime = runtime;
    this.targets = targets;
  }

  /** Calls an operation as the gateway would. */
  async call<Name extends keyof Operations<ECS>>(name: Name, input: Parameters<NonNullable<Operations<ECS>[Name]>>[0]) {
    const operation = this.#operations[name] as NonNullable<Operations<ECS>[Name]>;
    return (await (operation as (input: unknown, call: Call) => unknown)(input, call)) as Awaited<
      ReturnType<NonNullable<Operations<ECS>[Name]>>
    >;
  }

  /** Registers a revision of the family `web` whose container runs `image`. */
  async register(
    image: string,
    behaviour: Behaviour | "missing" = {},
    changes: Partial<RegisterTaskDefinitionRequest> = {},
  ): Promise<string> {
    if (behaviour !== "missing") this.runtime.behaviours.set(image, behaviour);
    const { taskDefinition } = await this.call("RegisterTaskDefinition", {
      family: "web",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "web", image, portMappings: [{ containerPort: 80 }] }],
      ...changes,
    });
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  /** Makes the cluster `default` and the service `web` behind the load balancer. */
  async createService(taskDefinition: string, changes: Partial<CreateServiceRequest> = {}): Promise<void> {
    await this.call("CreateCluster", {});
    await this.call("CreateService", {
      serviceName: "web",
      taskDefinition,
      desiredCount: 2,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
      loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerName: "web", containerPort: 80 }],
      ...changes,
    });
  }

  /** The service `web` runs version 1, and its first deployment is COMPLETED. */
  async steady(changes: Partial<CreateServiceRequest> = {}): Promise<void> {
    await this.createService(await this.register("web:1"), changes);
    await this.clock.advance(2_000);
    const { deployments } = await this.service();
    if (deployments?.length !== 1 || deployments[0]?.rolloutState !== "COMPLETED")
      throw new Error(`The service is not steady: ${JSON.stringify(deployments)}`);
  }

  async service(): Promise<Service> {
    const { services } = await this.call("DescribeServices", { services: ["web"] });
    return services?.[0] ?? {};
  }

  /** Oldest first, ids of tasks and deployments replaced by T and D. */
  async events(): Promise<string[]> {
    const { events = [] } = await this.service();
    return events
      .map(({ message = "" }) =>
        message.replaceAll(/\(task [0-9a-f]{32}\)/g, "(task T)").replaceAll(/ecs-svc\/\d+/g, "D"),
      )
      .reverse();
  }

  async tasks(desiredStatus: "RUNNING" | "STOPPED" = "RUNNING"): Promise<Task[]> {
    const { taskArns = [] } = await this.call("ListTasks", { desiredStatus });
    if (taskArns.length === 0) return [];
    return (await this.call("DescribeTasks", { tasks: taskArns })).tasks ?? [];
  }
}
