/** AWS on one machine: composes the services behind one gateway, and the processes behind the services. */
import { type Clock, scaledClock, systemClock } from "./clock.ts";
import { gateway } from "./gateway/gateway.ts";
import type { OwnPage } from "./gateway/own-pages.ts";
import { type BoundListener, LoadBalancing } from "./loadbalancer/load-balancing.ts";
import { httpProbe } from "./loadbalancer/probe.ts";
import { credentialsHandler } from "./metadata/container-credentials.ts";
import { metadataHandler } from "./metadata/handler.ts";
import { listenForMetadata } from "./metadata/listener.ts";
import type { UnknownMembers } from "./protocol/decode.ts";
import { registryHandler } from "./registry/handler.ts";
import { type ChosenRuntime, chooseRuntime, type RuntimeOptions } from "./runtime/choose.ts";
import { startReaper } from "./runtime/reaper/reaper.ts";
import { createStateFolder, sweep } from "./runtime/reaper/state-folder.ts";
import { Simulation } from "./runtime/simulated/simulation.ts";
import { defaultNetwork, type Network } from "./services/ec2/network.ts";
import { ec2Service } from "./services/ec2/operations.ts";
import { imageSource } from "./services/ecr/image-source.ts";
import { ecrService } from "./services/ecr/operations.ts";
import { plantPage } from "./services/ecr/scans/plant-page.ts";
import { secretSource } from "./services/ecs/agent/secret-source.ts";
import { ecsService } from "./services/ecs/operations.ts";
import { emptyState } from "./services/ecs/state.ts";
import { elasticLoadBalancingService } from "./services/elasticloadbalancing/operations.ts";
import { anyOf } from "./services/iam/access-keys.ts";
import { rootKeys } from "./services/iam/root-keys.ts";
import { storedServices } from "./stored-services.ts";
import { openStores } from "./stores.ts";
import { containerEnvironment, processEnvironment } from "./task-environment.ts";

export interface LocalCloudOptions {
  /** 0 is any free port. */
  readonly port: number;
  /** The path of runtime/reaper/main, as source or bundled. */
  readonly reaperEntry: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly unknownMembers?: UnknownMembers;
  /** What runs the tasks; by default docker where an engine answers that can, else process. */
  readonly runtime?: "docker" | "process" | "simulated" | undefined;
  /** Divides AWS's waits (health check intervals, drains, bakes), never real work. From 1. */
  readonly speed?: number;
  /** Measures AWS's waits; real time where it is left out. */
  readonly clock?: Clock;
  /** Where the user's Docker engine is looked up: DOCKER_HOST and what else the docker client reads. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Told where a load balancer's listener is reached, whenever one starts to listen. */
  readonly onListening?: (listener: BoundListener) => void;
  /** Told what a container asks for and cannot have on this machine. */
  readonly onNote?: (note: string) => void;
  /** Called with a defect of the local cloud itself, and where it showed. */
  readonly onBug: (error: unknown, what: string) => void;
}

export interface LocalCloud {
  /** What `AWS_ENDPOINT_URL` is set to. */
  readonly endpoint: string;
  readonly network: Network;
  /** What runs the tasks, and why, as a clause. */
  readonly runtime: Pick<ChosenRuntime, "why"> & Pick<ChosenRuntime["runtime"], "kind">;
  /** Where the listeners of the load balancers are reached. */
  listeners(): readonly BoundListener[];
  /** Ends every task and removes everything that was kept. */
  close(): Promise<void>;
}

/** @throws {Error} `EADDRINUSE` where the port is taken; {RuntimeUnavailable} where docker is wanted and cannot be had. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { accountId = "000000000000", region = "us-east-1", onNote = () => {}, onBug } = options;
  const clock = awsClock(options);
  const account = { accountId, region };
  let port = options.port;
  const host = () => `127.0.0.1:${port}`;

  const stateFolder = await createStateFolder();
  const [reaper, stores] = await Promise.all([
    startReaper({ entry: options.reaperEntry, stateFolder }),
    openStores(stateFolder, clock, account),
  ]);
  const images = imageSource({ store: stores.ecr, registryHost: host });
  const simulation = options.runtime === "simulated" ? new Simulation({ images, clock }) : undefined;
  const {
    runtime,
    why,
    gateway: bridge,
  } = await runtimeFor(simulation ?? options.runtime, {
    images,
    reaper,
    stateFolder,
    clock: systemClock,
    onNote,
    credentials: () => ({ username: "AWS", password: stores.ecr.tokens.issue(systemClock.now()).password }),
    environment: options.environment ?? process.env,
    onBug,
  });
  const network = defaultNetwork(region);
  const loadBalancing = loadBalancingOf(options, clock, simulation);
  const metadata = metadataHandler((token) => stores.metadataTokens.lookup(token));
  const metadataListener = bridge === undefined ? undefined : await listenForMetadata(bridge, metadata);
  const ecs = ecsService({
    state: emptyState(account),
    agent: {
      runtime,
      logs: stores.logs,
      clock,
      deadlines: simulation === undefined ? systemClock : clock,
      region,
      secrets: secretSource(stores.parameters, stores.secrets),
      ...(metadataListener === undefined
        ? processEnvironment(stores, host)
        : containerEnvironment(stores, metadataListener.host, onNote)),
      onBug,
    },
    targets: loadBalancing.targetGroups,
    alarms: stores.alarms,
    roles: stores.roles,
    network,
  });
  const server = gateway({
    services: [
      ecs,
      ecrService({ store: stores.ecr, clock: systemClock, region, registryHost: host }),
      elasticLoadBalancingService({ loadBalancing, network, clock }),
      ec2Service(network, accountId),
      ...storedServices(stores),
    ],
    mounts: {
      v2: registryHandler({ store: stores.ecr, clock: systemClock }),
      v4: metadata,
      credentials: credentialsHandler((token) => stores.taskCredentials.lookup(token)),
    },
    ownPages: new Map<string, OwnPage>([
      ["GET /_localcloud/listeners", () => ({ listeners: loadBalancing.listeners() })],
      ["PUT /_localcloud/capacity", ecs.capacity.page],
      ["PUT /_localcloud/scan-findings", plantPage(stores.ecr.scanner)],
      ...(simulation === undefined ? [] : [["PUT /_localcloud/simulation", simulation.page] as const]),
    ]),
    keys: anyOf(rootKeys(accountId), stores.taskCredentials),
    clock: systemClock,
    serviceClock: clock,
    unknownMembers: options.unknownMembers ?? "refuse",
    onBug,
  });
  const close = async () => {
    await server.close();
    await ecs.close();
    await loadBalancing.close();
    await metadataListener?.close();
    await reaper.close();
  };
  try {
    port = await server.listen(options.port);
  } catch (error) {
    await close();
    throw error;
  }
  // What an earlier local cloud left goes while this one already answers.
  sweep().catch((error) => onBug(error, "sweeping what an earlier local cloud left"));
  return {
    endpoint: `http://${host()}`,
    network,
    runtime: { kind: runtime.kind, why },
    listeners: () => loadBalancing.listeners(),
    close,
  };
}

/** Simulated tasks are healthy as their script says, others as they answer. */
function loadBalancingOf(
  { onListening = () => {} }: LocalCloudOptions,
  clock: Clock,
  simulation: Simulation | undefined,
): LoadBalancing {
  const probe = httpProbe(systemClock);
  return new LoadBalancing({ clock, deadlines: systemClock, probe: simulation?.probe(probe) ?? probe, onListening });
}

/** @throws {RuntimeUnavailable} having removed what was made until then. */
async function runtimeFor(
  wanted: Simulation | "docker" | "process" | "simulated" | undefined,
  options: RuntimeOptions,
): Promise<ChosenRuntime> {
  if (wanted instanceof Simulation)
    return { runtime: wanted, why: "tasks are simulated, as asked", gateway: undefined };
  try {
    return await chooseRuntime(wanted === "simulated" ? undefined : wanted, options);
  } catch (error) {
    await options.reaper.close();
    throw error;
  }
}

/** See docs/adr: what keeps real time, and what the API then shows. */
function awsClock({ speed = 1, clock = systemClock }: LocalCloudOptions): Clock {
  return speed === 1 ? clock : scaledClock(speed, clock);
}
