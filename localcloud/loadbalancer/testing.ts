/** What the tests of this folder share. */
import { type Agent, createServer, type IncomingHttpHeaders, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach } from "vitest";
import { ManualClock } from "../clock.ts";
import type { HealthCheck } from "./health-check.ts";
import { LoadBalancing } from "./load-balancing.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import type { RoutedRequest } from "./request-conditions.ts";
import { router } from "./routes.ts";
import type { TargetGroup } from "./target-group.ts";

export const healthCheck: HealthCheck = {
  path: "/healthz",
  port: "traffic-port",
  intervalSeconds: 30,
  timeoutSeconds: 6,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: "200",
};

export const failure: ProbeResult = {
  healthy: false,
  reason: "Target.ResponseCodeMismatch",
  description: "Health checks failed with these codes: [500]",
};

export const success: ProbeResult = { healthy: true };

/** Answers what `results` holds for the target's port, and counts the probes. */
export function scriptedProbe(results: Map<number, ProbeResult>): { probe: Probe; probes: number[] } {
  const probes: number[] = [];
  const probe: Probe = async ({ port }) => {
    probes.push(port);
    return results.get(port) ?? success;
  };
  return { probe, probes };
}

export interface RunningTarget {
  readonly port: number;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1, to be a target. */
export async function startTarget(listener: RequestListener): Promise<RunningTarget> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface RunningListener {
  readonly port: number;
  readonly clock: ManualClock;
  readonly loadBalancing: LoadBalancing;
  readonly group: TargetGroup;
  /** Registers targets on 127.0.0.1 and lets their first health check pass. */
  register(...ports: number[]): Promise<void>;
}

/** A listener on a free port that forwards everything to one target group, all on a clock that a test advances. */
export async function startListener(): Promise<RunningListener> {
  const clock = new ManualClock();
  const { probe } = scriptedProbe(new Map());
  const loadBalancing = new LoadBalancing({ clock, probe, portsFor: () => [0] });
  const group = loadBalancing.targetGroups.create("group", "web", { healthCheck, deregistrationDelaySeconds: 300 });
  await loadBalancing.open(
    "listener",
    80,
    router([{ conditions: [], action: { type: "forward", groups: [{ group, weight: 1 }] } }]),
  );
  loadBalancing.targetGroups.use(new Set(["group"]));
  return {
    port: loadBalancing.listeners()[0]?.boundPort ?? 0,
    clock,
    loadBalancing,
    group,
    async register(...ports) {
      for (const port of ports) group.register({ id: "127.0.0.1", port });
      await clock.advance(0);
    },
  };
}

/** A listener of its own for every test of a file, and targets that end with it. */
export function useListener() {
  let listener: RunningListener;
  let targets: RunningTarget[];
  beforeEach(async () => {
    listener = await startListener();
    targets = [];
  });
  afterEach(async () => {
    await listener.loadBalancing.close();
    await Promise.all(targets.map((target) => target.close()));
  });
  return {
    get port() {
      return listener.port;
    },
    get clock() {
      return listener.clock;
    },
    get group() {
      return listener.group;
    },
    get loadBalancing() {
      return listener.loadBalancing;
    },
    register: (...ports: number[]) => listener.register(...ports),
    /** Starts a target, registers it, and lets its first health check pass. */
    async serve(answer: RequestListener): Promise<RunningTarget> {
      const target = await startTarget(answer);
      targets.push(target);
      await listener.register(target.port);
      return target;
    },
  };
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent | false;
}

/** Sends a request and reads its answer to the end; rejects where the connection breaks. */
export function send(port: number, { method = "GET", path = "/", headers = {}, body, agent = false }: Sent = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent }, (answer) => {
      text(answer).then((read) => resolve({ status: answer.statusCode, headers: answer.headers, body: read }), reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** A request as rules see it; a GET of `/` from 127.0.0.1 where nothing else is said. */
export function routed(
  request: { method?: string; url?: string; headers?: Record<string, string[]>; remoteAddress?: string } = {},
): RoutedRequest {
  const { method = "GET", url = "/", headers = {}, remoteAddress = "127.0.0.1" } = request;
  const host = headers.host?.[0];
  return {
    method,
    url,
    headers: host === undefined ? {} : { host },
    headersDistinct: headers,
    socket: { remoteAddress },
  };
}
