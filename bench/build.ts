/**
 * `build.native`: `ecs-pipeline build` of the demo service, from the process's start to its end, built and pushed under
 * a new tag each time. `build.unchanged`: the same again under the same tag, which uploads nothing. Milliseconds.
 * The peer, alternating, is `docker build` of the same Dockerfile with BuildKit where an engine answers (it pushes
 * nothing): `--no-cache`, and with its cache. Without an engine it is `tar -cz` of the service's folder: the least that
 * makes a layer of it.
 */
import { resolve } from "node:path";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { runCli, startCloudProcess } from "../demo/cli.ts";
import { type MeasureOptions, type Row, spread } from "./rows.ts";
import { timeExpecting, timeProcess } from "./timed-process.ts";

const ROOT = resolve(import.meta.dirname, "..");

const REPOSITORY = "web";

const DOCKER_LABEL = "ecs-pipeline.bench";

interface Peer {
  readonly name: string;
  /** Milliseconds. */
  readonly fresh: () => Promise<number>;
  readonly again: () => Promise<number>;
  /** Removes the images that it made. */
  readonly clear: () => Promise<unknown>;
}

export async function measureBuild({ runs, note }: MeasureOptions): Promise<Row[]> {
  await using ends = new AsyncDisposableStack();
  const peer = ends.adopt(await availablePeer(note), ({ clear }) => clear().then(() => {}));
  const { endpoint } = ends.adopt(await startCloudProcess(), (cloud) => cloud.end());
  await createRepository(endpoint);
  const figures = { native: [] as number[], fresh: [] as number[], unchanged: [] as number[], again: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    const version = `1.0.${run}`;
    figures.native.push(await build(endpoint, version, "pushed"));
    figures.fresh.push(await peer.fresh());
    figures.unchanged.push(await build(endpoint, version, "unchanged"));
    figures.again.push(await peer.again());
  }
  const row = (name: string, ours: number[], theirs: number[]): Row => ({
    name,
    unit: "ms",
    ...spread(ours),
    peer: { name: peer.name, ...spread(theirs) },
  });
  return [row("build.native", figures.native, figures.fresh), row("build.unchanged", figures.unchanged, figures.again)];
}

async function createRepository(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const ecr = new ECRClient({ endpoint, region: "us-east-1", credentials });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
  ecr.destroy();
}

async function build(endpoint: string, version: string, expected: string): Promise<number> {
  const args = ["build", "--repository", REPOSITORY, "--tag", version, "--context", ROOT];
  const buildArgs = ["--build-args", "BASE_IMAGE=scratch", "--build-args", `APP_VERSION=${version}`];
  const startedAt = performance.now();
  const { result, talk } = await runCli([...args, ...buildArgs], endpoint);
  const ms = performance.now() - startedAt;
  if (result.outcome !== expected) throw new Error(`build: ${String(result.outcome)}, not ${expected}: ${talk}`);
  return ms;
}

async function availablePeer(note: MeasureOptions["note"]): Promise<Peer> {
  if (await engineAnswers()) {
    const docker = (...flags: string[]) =>
      timeExpecting(
        { exitCode: 0 },
        "docker",
        ["build", "--quiet", "--build-arg", "BASE_IMAGE=scratch", "--label", DOCKER_LABEL, ...flags, ROOT],
        {
          env: { ...process.env, DOCKER_BUILDKIT: "1" },
        },
      );
    const filter = `label=${DOCKER_LABEL}`;
    const clear = () => timeExpecting({ exitCode: 0 }, "docker", ["image", "prune", "--force", "--filter", filter]);
    return { name: "docker build", fresh: () => docker("--no-cache"), again: () => docker(), clear };
  }
  note("build: no container engine answers, so that docker build is not the peer");
  const tar = () => timeExpecting({ exitCode: 0 }, "tar", ["-cz", "-C", ROOT, "app"]);
  return { name: "tar -cz of the folder", fresh: tar, again: tar, clear: async () => {} };
}

async function engineAnswers(): Promise<boolean> {
  try {
    return (await timeProcess("docker", ["info"])).exitCode === 0;
  } catch {
    // There is no such program.
    return false;
  }
}
