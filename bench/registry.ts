/**
 * `registry.push`, `registry.pull`: one layer of 256 MiB of random bytes, MB/s (10⁶ bytes), from the first request
 * until the answer is read; the push is one POST and one PUT, the pull one GET. `registry.push.memory`,
 * `registry.pull.memory`: the most resident memory of the registry's process meanwhile, MiB; `….growth`: how much that is
 * over what was resident just before. Three runs.
 * The peers take turns: a bare node:http server that drops, and that sends from disk, the same bytes (it neither
 * verifies nor stores), and Debian's docker-registry where it is installed, in rows of the same name.
 */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { clientConfig } from "../demo/bootstrap.ts";
import { startCloudProcess } from "../demo/cli.ts";
import { startBareServer } from "./bare-server.ts";
import { startDockerRegistry } from "./docker-registry.ts";
import { forgetPeak, peakRssMib, rssMib } from "./process-memory.ts";
import { type MeasureOptions, type Row, spread } from "./rows.ts";

const LAYER_BYTES = 256 * 2 ** 20;
const RUNS = 3;
const FIGURES = ["push", "pull", "push.memory", "pull.memory", "push.growth", "pull.growth"] as const;

type Figures = Record<(typeof FIGURES)[number], number[]>;

interface Layer {
  readonly path: string;
  readonly digest: string;
}

interface Side {
  readonly name: string;
  readonly figures: Figures;
  push(run: number): Promise<void>;
  pull(run: number): Promise<void>;
  readonly pids: { readonly push: number; readonly pull: number };
}

export async function measureRegistry({ note }: MeasureOptions): Promise<Row[]> {
  await using ends = new AsyncDisposableStack();
  const folder = ends.adopt(await mkdtemp(join(tmpdir(), "bench-layer-")), (path) => rm(path, { recursive: true }));
  const layer = await writeLayer(join(folder, "layer"));
  const cloud = ends.adopt(await startCloudProcess(), (started) => started.end());
  const sink = ends.adopt(await startBareServer("text"), (started) => started.end());
  const source = ends.adopt(await startBareServer("file", layer.path), (started) => started.end());
  const debian = await startDockerRegistry();
  if (debian === undefined) note("registry: docker-registry is not installed, so that it is not among the peers");
  else ends.defer(() => debian.end());

  const ours = registry("ours", cloud.endpoint, cloud.process.pid ?? 0, layer, await ecrAuthorization(cloud.endpoint));
  const bare: Side = {
    name: "bare node:http",
    figures: noFigures(),
    push: () => put(new URL(sink.endpoint), layer, {}),
    pull: () => get(new URL(source.endpoint), {}),
    pids: { push: sink.pid, pull: source.pid },
  };
  const peers = [
    bare,
    ...(debian === undefined ? [] : [registry("docker-registry", debian.endpoint, debian.pid, layer)]),
  ];
  for (let run = 0; run < RUNS; run += 1) for (const side of [ours, ...peers]) await sample(side, run);
  return peers.flatMap((peer) => FIGURES.map((figure) => row(figure, ours, peer)));
}

function row(figure: keyof Figures, ours: Side, peer: Side): Row {
  const [unit, better] = figure.includes(".") ? (["MiB", "lower"] as const) : (["MB/s", "higher"] as const);
  return {
    name: `registry.${figure}`,
    unit,
    ...spread(ours.figures[figure], better),
    peer: { name: peer.name, ...spread(peer.figures[figure], better) },
  };
}

async function sample(side: Side, run: number): Promise<void> {
  for (const way of ["push", "pull"] as const) {
    const pid = side.pids[way];
    await forgetPeak(pid);
    const before = await rssMib(pid);
    const startedAt = performance.now();
    await side[way](run);
    const seconds = (performance.now() - startedAt) / 1000;
    side.figures[way].push(LAYER_BYTES / 1e6 / seconds);
    const peak = await peakRssMib(pid);
    side.figures[`${way}.memory`].push(peak);
    side.figures[`${way}.growth`].push(peak - before);
  }
}

function noFigures(): Figures {
  return { push: [], pull: [], "push.memory": [], "pull.memory": [], "push.growth": [], "pull.growth": [] };
}

/** A registry by the OCI distribution protocol; every run has a repository of its own, so that none has the layer. */
function registry(
  name: string,
  endpoint: string,
  pid: number,
  layer: Layer,
  headers: Record<string, string> = {},
): Side {
  const base = (run: number) => `${endpoint}/v2/bench-${run}/blobs`;
  return {
    name,
    figures: noFigures(),
    pids: { push: pid, pull: pid },
    async push(run) {
      const begun = await fetch(`${base(run)}/uploads/`, { method: "POST", headers });
      if (begun.status !== 202) throw new Error(`${name}: POST was answered ${begun.status}`);
      const location = new URL(begun.headers.get("location") ?? "", endpoint);
      location.searchParams.set("digest", layer.digest);
      await put(location, layer, headers);
    },
    pull: (run) => get(new URL(`${base(run)}/${layer.digest}`), headers),
  };
}

/** Makes the repositories, as Amazon ECR wants it. */
async function ecrAuthorization(endpoint: string): Promise<Record<string, string>> {
  const ecr = new ECRClient(clientConfig(endpoint));
  for (let run = 0; run < RUNS; run += 1)
    await ecr.send(new CreateRepositoryCommand({ repositoryName: `bench-${run}` }));
  const { authorizationData: [token] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  ecr.destroy();
  return { authorization: `Basic ${token?.authorizationToken}` };
}

async function writeLayer(path: string): Promise<Layer> {
  const hash = createHash("sha256");
  await using file = await open(path, "w");
  const chunk = 2 ** 20;
  for (let written = 0; written < LAYER_BYTES; written += chunk) {
    const bytes = randomBytes(chunk);
    hash.update(bytes);
    await file.write(bytes);
  }
  return { path, digest: `sha256:${hash.digest("hex")}` };
}

async function put(url: URL, layer: Layer, headers: Record<string, string>): Promise<void> {
  const sent = request(url, {
    method: "PUT",
    headers: { ...headers, "content-type": "application/octet-stream", "content-length": LAYER_BYTES },
  });
  const answered = once(sent, "response") as Promise<[IncomingMessage]>;
  await pipeline(createReadStream(layer.path, { highWaterMark: 2 ** 18 }), sent);
  const [answer] = await answered;
  await readToEnd(answer);
  if (answer.statusCode !== 201 && answer.statusCode !== 200) throw new Error(`PUT was answered ${answer.statusCode}`);
}

async function get(url: URL, headers: Record<string, string>): Promise<void> {
  const [answer] = (await once(request(url, { headers }).end(), "response")) as [IncomingMessage];
  const bytes = await readToEnd(answer);
  if (answer.statusCode !== 200 || bytes !== LAYER_BYTES)
    throw new Error(`GET was answered ${answer.statusCode} with ${bytes} bytes`);
}

async function readToEnd(answer: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of answer) bytes += (chunk as Buffer).length;
  return bytes;
}
