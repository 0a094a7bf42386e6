/** AWS on one machine: composes the services behind one gateway, and the processes behind the services. */
import { systemClock } from "./clock.ts";
import { gateway } from "./gateway/gateway.ts";
import type { OwnPage } from "./gateway/own-pages.ts";
import { type BoundListener, LoadBalancing } from "./loadbalancer/load-balancing.ts";
import { metadataHandler } from "./metadata/handler.ts";
import type { UnknownMembers } from "./protocol/decode.ts";
import { registryHandler } from "./registry/handler.ts";
import { processRuntime } from "./runtime/process.ts";
import { startReaper } from "./runtime/reaper/reaper.ts";
import { createStateFolder, sweep } from "./runtime/reaper/state-folder.ts";
import { AlarmStore } from "./services/cloudwatch/alarm-store.ts";
import { cloudWatchService } from "./services/cloudwatch/operations.ts";
import { defaultNetwork, type Network } from "./services/ec2/network.ts";
import { ec2Service } from "./services/ec2/operations.ts";
import { imageSource } from "./services/ecr/image-source.ts";
import { ecrService } from "./services/ecr/operations.ts";
import { plantPage } from "./services/ecr/scans/plant-page.ts";
import { EcrStore } from "./services/ecr/store.ts";
import { MetadataTokens } from "./services/ecs/agent/metadata.ts";
import { ecsService } from "./services/ecs/operations.ts";
import { emptyState } from "./services/ecs/state.ts";
import { elasticLoadBalancingService } from "./services/elasticloadbalancing/operations.ts";
import { rootKeys } from "./services/iam/root-keys.ts";
import { logsService } from "./services/logs/operations.ts";
import { LogStore } from "./services/logs/store.ts";
import { stsService } from "./services/sts/operations.ts";

export interface LocalCloudOptions {
  /** 0 is any free port. */
  readonly port: number;
  /** The path of runtime/reaper/main, as source or bundled. */
  readonly reaperEntry: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly unknownMembers?: UnknownMembers;
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
  /** Where the listeners of the load balancers are reached. */
  listeners(): readonly BoundListener[];
  /** Ends every task and removes everything that was kept. */
  close(): Promise<void>;
}

/** @throws {Error} `EADDRINUSE` where the port is taken. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { accountId = "000000000000", region = "us-east-1", unknownMembers = "refuse", onBug } = options;
  const clock = systemClock;
  const account = { accountId, region };
  let port = options.port;
  const host = () => `127.0.0.1:${port}`;

  const stateFolder = await createStateFolder();
  const [reaper, store] = await Promise.all([
    startReaper({ entry: options.reaperEntry, stateFolder }),
    EcrStore.open({ stateFolder, clock, accountId }),
  ]);
  const network = defaultNetwork(region);
  const loadBalancing = new LoadBalancing({ clock, onListening: options.onListening ?? (() => {}) });
  const logs = new LogStore(clock);
  const alarms = new AlarmStore(clock, account);
  const tokens = new MetadataTokens();
  const images = imageSource({ store, registryHost: host });
  const ecs = ecsService({
    state: emptyState(account),
    agent: {
      runtime: processRuntime({ images, reaper, stateFolder, clock, onNote: options.onNote ?? (() => {}) }),
      logs,
      clock,
      region,
      metadataUri: (task, container) => `http://${host()}/v4/${tokens.issue(task, container)}`,
      onBug,
    },
    targets: loadBalancing.targetGroups,
    alarms,
    network,
  });
  const server = gateway({
    services: [
      ecs,
      ecrService({ store, clock, region, registryHost: host }),
      elasticLoadBalancingService({ loadBalancing, network, clock }),
      logsService(logs),
      cloudWatchService(alarms),
      stsService(),
      ec2Service(network, accountId),
    ],
    mounts: { v2: registryHandler({ store, clock }), v4: metadataHandler((token) => tokens.lookup(token)) },
    ownPages: new Map<string, OwnPage>([
      ["GET /_localcloud/listeners", () => ({ listeners: loadBalancing.listeners() })],
      ["PUT /_localcloud/scan-findings", plantPage(store.scanner)],
    ]),
    keys: rootKeys(accountId),
    clock,
    unknownMembers,
    onBug,
  });
  const close = async () => {
    await server.close();
    await ecs.close();
    await loadBalancing.close();
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
  return { endpoint: `http://${host()}`, network, listeners: () => loadBalancing.listeners(), close };
}
