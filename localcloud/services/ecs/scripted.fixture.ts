/** What surrounds Amazon ECS in a test: containers, targets and alarms that do what the test says. */
import type { StateValue } from "@aws-sdk/client-cloudwatch";
import type { ManualClock } from "../../clock.ts";
import type { Target, TargetRegistry } from "../../loadbalancer/targets.ts";
import {
  CannotPull,
  type ContainerSpec,
  type Exit,
  type RegistryCredentials,
  type RunningContainer,
  type Runtime,
} from "../../runtime/runtime.ts";
import type { AlarmSource } from "../cloudwatch/alarm-source.ts";

export const TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef";
const DRAIN_MS = 5_000;

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
export class ScriptedRuntime implements Runtime {
  readonly kind = "simulated";
  readonly #clock: ManualClock;
  readonly behaviours = new Map<string, Behaviour>();
  readonly started: { spec: ContainerSpec; port: number; end: (exit: Exit) => void }[] = [];
  readonly pulledWith: RegistryCredentials[] = [];
  #port = 10_000;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async pull(reference: string, credentials?: RegistryCredentials) {
    if (credentials !== undefined) this.pulledWith.push(credentials);
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
export class ScriptedTargets implements TargetRegistry {
  readonly #clock: ManualClock;
  readonly #runtime: ScriptedRuntime;
  targetType = "ip";
  readonly states = new Map<number, "initial" | "healthy" | "unhealthy" | "draining">();
  readonly #listeners = new Set<(targetGroupArn: string, target: Target) => void>();

  constructor(clock: ManualClock, runtime: ScriptedRuntime) {
    this.#clock = clock;
    this.#runtime = runtime;
  }

  find(targetGroupArn: string) {
    return targetGroupArn === TARGET_GROUP
      ? { targetGroupName: "web", targetType: this.targetType, inUse: true }
      : undefined;
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
export class ScriptedAlarms implements AlarmSource {
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
