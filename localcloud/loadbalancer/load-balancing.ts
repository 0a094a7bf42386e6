import type { Clock } from "../clock.ts";
import { HttpListener } from "./http-listener.ts";
import { portsFor } from "./ports.ts";
import { httpProbe, type Probe } from "./probe.ts";
import type { Router } from "./routes.ts";
import { TargetGroups } from "./target-groups.ts";
import type { TrafficSettings } from "./traffic-settings.ts";

export interface LoadBalancingOptions {
  /** Measures AWS's waits (health check intervals, deregistration delays); may run faster than real time. */
  readonly clock: Clock;
  /** Measures real work (a probe's timeout, the idle timeout). `clock` where it is left out. */
  readonly deadlines?: Clock;
  /** Where a listener may bind, in order; by default its own port, then the next free one. */
  readonly portsFor?: (port: number) => Iterable<number>;
  /** How a target is asked for its health; by default with HTTP. */
  readonly probe?: Probe;
  /** Told where a listener is reached, whenever one starts to listen. */
  readonly onListening?: (listener: BoundListener) => void;
}

/** Where a listener is reached on this machine. */
export interface BoundListener {
  readonly listenerArn: string;
  /** The listener's port, as the API shows it. */
  readonly port: number;
  /** The port on 127.0.0.1: another one where the listener's own was not free. */
  readonly boundPort: number;
}

interface OpenListener {
  port: number;
  http: HttpListener;
}

/** The data plane of all Application Load Balancers on this machine: their listeners and their target groups. */
export class LoadBalancing {
  /** What Amazon ECS registers its tasks with. */
  readonly targetGroups: TargetGroups;
  readonly #deadlines: Clock;
  readonly #portsFor: (port: number) => Iterable<number>;
  readonly #onListening: (listener: BoundListener) => void;
  readonly #listeners = new Map<string, OpenListener>();
  #closed = false;

  constructor(options: LoadBalancingOptions) {
    this.#deadlines = options.deadlines ?? options.clock;
    this.#portsFor = options.portsFor ?? portsFor;
    this.#onListening = options.onListening ?? (() => {});
    this.targetGroups = new TargetGroups({
      clock: options.clock,
      probe: options.probe ?? httpProbe(this.#deadlines),
    });
  }

  async open(listenerArn: string, port: number, route: Router): Promise<void> {
    const http = await this.#bind(port, route);
    this.#listeners.set(listenerArn, { port, http });
    this.#onListening({ listenerArn, port, boundPort: http.boundPort });
  }

  /** How a listener treats the requests that begin from now on; by default as AWS's defaults say. */
  treat(listenerArn: string, settings: TrafficSettings): void {
    const listener = this.#listeners.get(listenerArn);
    if (listener !== undefined) listener.http.settings = settings;
  }

  route(listenerArn: string, route: Router): void {
    const listener = this.#listeners.get(listenerArn);
    if (listener !== undefined) listener.http.route = route;
  }

  /** Listens on another port; requests under way on the old one end. */
  async move(listenerArn: string, port: number): Promise<void> {
    const listener = this.#listeners.get(listenerArn);
    if (listener === undefined) return;
    const after = await this.#bind(port, listener.http.route);
    // It may have been shut while the new port was bound.
    if (this.#listeners.get(listenerArn) !== listener) return after.close();
    const before = listener.http;
    after.route = before.route;
    after.settings = before.settings;
    Object.assign(listener, { port, http: after });
    this.#onListening({ listenerArn, port, boundPort: after.boundPort });
    await before.close();
  }

  async shut(listenerArn: string): Promise<void> {
    const listener = this.#listeners.get(listenerArn);
    this.#listeners.delete(listenerArn);
    await listener?.http.close();
  }

  listeners(): BoundListener[] {
    return [...this.#listeners].map(([listenerArn, { port, http }]) => ({
      listenerArn,
      port,
      boundPort: http.boundPort,
    }));
  }

  /** Ends every listener, probe, connection and request under way. */
  async close(): Promise<void> {
    this.#closed = true;
    const listeners = [...this.#listeners.keys()];
    await Promise.all(listeners.map((arn) => this.shut(arn)));
    this.targetGroups.close();
  }

  async #bind(port: number, route: Router): Promise<HttpListener> {
    const listener = await HttpListener.open(this.#portsFor(port), route, this.#deadlines);
    if (!this.#closed) return listener;
    await listener.close();
    throw new Error("The load balancer was closed while a listener opened.");
  }
}
