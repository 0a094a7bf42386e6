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
import { applicationAutoScalingService } from "./services/applicationautoscaling/operations.ts";
import { AlarmStore } from "./services/cloudwatch/alarm-store.ts";
import { cloudWatchService } from "./services/cloudwatch/operations.ts";
import { defaultNetwork, type Network } from "./services/ec2/network.ts";
import { ec2Service } from "./services/ec2/operations.ts";
import { imageSource } from "./services/ecr/image-source.ts";
import { ecrService } from "./services/ecr/operations.ts";
import { plantPage } from "./services/ecr/scans/plant-page.ts";
import { EcrStore } from "./services/ecr/store.ts";
import { MetadataTokens } from "./services/ecs/agent/metadata.ts";
import { secretSource } from "./services/ecs/agent/secret-source.ts";
import { TaskCredentials } from "./services/ecs/agent/task-credentials.ts";
import { ecsService } from "./services/ecs/operations.ts";
import { TaskRoleCheck } from "./services/ecs/roles.ts";
import { emptyState, type Task } from "./services/ecs/state.ts";
import { elasticLoadBalancingService } from "./services/elasticloadbalancing/operations.ts";
import { anyOf } from "./services/iam/access-keys.ts";
import { iamService } from "./services/iam/operations.ts";
import { RoleStore } from "./services/iam/role-store.ts";
import { rootKeys } from "./services/iam/root-keys.ts";
import { logsService } from "./services/logs/operations.ts";
import { LogStore } from "./services/logs/store.ts";
import { secretsManagerService } from "./services/secretsmanager/operations.ts";
import { SecretStore } from "./services/secretsmanager/secret-store.ts";
import { ssmService } from "./services/ssm/operations.ts";
import { ParameterStore } from "./services/ssm/parameter-store.ts";
import { stsService } from "./services/sts/operations.ts";

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
  const { accountId = "000000000000", region = "us-east-1", unknownMembers = "refuse", onBug } = options;
  const clock = awsClock(options);
  const account = { accountId, region };
  let port = options.port;
  const host = () => `127.0.0.1:${port}`;

  const stateFolder = await createStateFolder();
  const [reaper, store] = await Promise.all([
    startReaper({ entry: options.reaperEntry, stateFolder }),
    EcrStore.open({ stateFolder, clock: systemClock, accountId }),
  ]);
  const network = defaultNetwork(region);
  const logs = new LogStore(clock);
  const alarms = new AlarmStore(clock, account);
  const parameters = new ParameterStore(systemClock, account);
  const secrets = new SecretStore(systemClock, account);
  const roles = new RoleStore(systemClock, accountId);
  const taskCredentials = new TaskCredentials(systemClock, account, new TaskRoleCheck(roles, account));
  const tokens = new MetadataTokens();
  const images = imageSource({ store, registryHost: host });
  const simulation = options.runtime === "simulated" ? new Simulation({ images, clock }) : undefined;
  const probe = httpProbe(systemClock);
  const loadBalancing = new LoadBalancing({
    clock,
    deadlines: systemClock,
    probe: simulation?.probe(probe) ?? probe,
    onListening: options.onListening ?? (() => {}),
  });
  const metadata = metadataHandler((token) => tokens.lookup(token));
  const onNote = options.onNote ?? (() => {});
  const noteTaskRole = taskRoleNote(onNote);
  const chosen = await runtimeFor(simulation ?? options.runtime, {
    images,
    reaper,
    stateFolder,
    clock: systemClock,
    onNote,
    credentials: () => ({ username: "AWS", password: store.tokens.issue(systemClock.now()).password }),
    environment: options.environment ?? process.env,
    onBug,
  });
  const metadataListener = chosen.gateway === undefined ? undefined : await listenForMetadata(chosen.gateway, metadata);
  const ecs = ecsService({
    state: emptyState(account),
    agent: {
      runtime: chosen.runtime,
      logs,
      clock,
      deadlines: simulation === undefined ? systemClock : clock,
      region,
      secrets: secretSource(parameters, secrets),
      roleEnvironment: (task) =>
        // SDKs send what may be credentials to no other plain address than this machine's own, which a container cannot reach.
        metadataListener === undefined ? roleEnvironment(taskCredentials.token(task), host()) : noteTaskRole(task),
      metadataUri: (task, container) =>
        `http://${metadataListener?.host ?? host()}/v4/${tokens.issue(task, container)}`,
      onBug,
    },
    targets: loadBalancing.targetGroups,
    alarms,
    roles,
    network,
  });
  const server = gateway({
    services: [
      ecs,
      ecrService({ store, clock: systemClock, region, registryHost: host }),
      elasticLoadBalancingService({ loadBalancing, network, clock }),
      logsService(logs),
      cloudWatchService(alarms),
      applicationAutoScalingService(),
      stsService(),
      iamService(roles),
      ssmService(parameters),
      secretsManagerService(secrets),
      ec2Service(network, accountId),
    ],
    mounts: {
      v2: registryHandler({ store, clock: systemClock }),
      v4: metadata,
      credentials: credentialsHandler((token) => taskCredentials.lookup(token)),
    },
    ownPages: new Map<string, OwnPage>([
      ["GET /_localcloud/listeners", () => ({ listeners: loadBalancing.listeners() })],
      ["PUT /_localcloud/scan-findings", plantPage(store.scanner)],
      ...(simulation === undefined ? [] : [["PUT /_localcloud/simulation", simulation.page] as const]),
    ]),
    keys: anyOf(rootKeys(accountId), taskCredentials),
    clock: systemClock,
    serviceClock: clock,
    unknownMembers,
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
  const { why, runtime } = chosen;
  return {
    endpoint: `http://${host()}`,
    network,
    runtime: { kind: runtime.kind, why },
    listeners: () => loadBalancing.listeners(),
    close,
  };
}

/** What has no task role has no credentials, and gets no address to send them to. */
function roleEnvironment(token: string | undefined, host: string): Record<string, string> {
  if (token === undefined) return {};
  return {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${host}/credentials/${token}`,
    AWS_ENDPOINT_URL: `http://${host}`,
  };
}

/** Said once per role: it is so for every container. */
function taskRoleNote(onNote: (note: string) => void): (task: Task) => Record<string, string> {
  const noted = new Set<string>();
  return ({ definition, overrides }) => {
    const role = overrides.taskRoleArn ?? definition.taskRoleArn;
    if (role !== undefined && !noted.has(role)) {
      noted.add(role);
      onNote(`containers get no credentials of task role ${role}: only tasks that run as processes do`);
    }
    return {};
  };
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
