/** `ecs-pipeline build` from its sources, as a process, against a local cloud; and the docker program beside it. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import {
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  type ImageTagMutability,
} from "@aws-sdk/client-ecr";
import { extract } from "tar-stream";
import { type CloudProcess, startCloudProcess } from "../../demo/cli.ts";
import { hasEngine, testLabel } from "../engine.fixture.ts";

const CLI = resolve(import.meta.dirname, "../../scripts/cli.ts");

export interface BuildRun {
  readonly exitCode: number | null;
  readonly result: Record<string, unknown>;
  readonly talk: string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

export class Workbench {
  readonly cloud: CloudProcess;
  readonly folder: string;
  readonly ecr: ECRClient;

  private constructor(cloud: CloudProcess, folder: string) {
    this.cloud = cloud;
    this.folder = folder;
    this.ecr = new ECRClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials });
  }

  static async set(): Promise<Workbench> {
    const bench = new Workbench(await startCloudProcess(), await mkdtemp(join(tmpdir(), "build-")));
    await bench.write("docker/config.json", JSON.stringify({ auths: await bench.auths() }));
    await mkdir(join(bench.folder, "tmp"));
    return bench;
  }

  async strike(): Promise<void> {
    this.ecr.destroy();
    if (hasEngine) await this.#removeImages();
    await this.cloud.end();
    await rm(this.folder, { recursive: true });
  }

  get registry(): string {
    return new URL(this.cloud.endpoint).host;
  }

  async repository(repositoryName: string, imageTagMutability: ImageTagMutability = "MUTABLE"): Promise<void> {
    const imageScanningConfiguration = { scanOnPush: true };
    await this.ecr.send(
      new CreateRepositoryCommand({ repositoryName, imageTagMutability, imageScanningConfiguration }),
    );
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** The classic builder's images of single steps come to light when what was made of them is gone. */
  async #removeImages(): Promise<void> {
    const labelled = Object.entries(testLabel()).map(([name, value]) => `label=${name}=${value}`);
    const own = ["--filter", `reference=${this.registry}/*`];
    const steps = ["--filter", "dangling=true", ...labelled.flatMap((label) => ["--filter", label])];
    for (const which of [own, steps, steps]) {
      const listed = await this.docker("image", "ls", "--quiet", "--no-trunc", ...which);
      const ids = [...new Set(listed.split("\n"))].filter((id) => id !== "");
      if (ids.length > 0) await this.docker("image", "rm", "--force", ...ids);
    }
  }

  /** What the build left in its temporary folder. */
  left(): Promise<string[]> {
    return readdir(join(this.folder, "tmp"));
  }

  /** Builds a folder of this one; what Docker makes carries the label by which it is removed. */
  async build(context: string, args: readonly string[], variables: Variables = {}): Promise<BuildRun> {
    const labels = Object.entries(testLabel()).flatMap(([name, value]) => ["--labels", `${name}=${value}`]);
    const child = this.start(["--context", join(this.folder, context), ...labels, ...args], variables);
    return child.ended;
  }

  start(args: readonly string[], variables: Variables = {}) {
    const child = spawn(process.execPath, [CLI, "build", "--json", ...args], {
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"))),
        AWS_ENDPOINT_URL: this.cloud.endpoint,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        TMPDIR: join(this.folder, "tmp"),
        ...variables,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const out = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        out[name] += text;
      });
    }
    const ended = once(child, "close").then(([exitCode]): BuildRun => {
      const result = out.stdout.startsWith("{") ? JSON.parse(out.stdout) : {};
      return { exitCode: exitCode as number | null, result, talk: out.stderr };
    });
    return { child, ended, talk: () => out.stderr };
  }

  /** The docker program, logged in to the registry. */
  async docker(...args: string[]): Promise<string> {
    const env = { ...process.env, DOCKER_CONFIG: join(this.folder, "docker") };
    return (await promisify(execFile)("docker", args, { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  }

  /** Every file of a container of an image: type, mode, owner, and its content's digest or its target. */
  async files(image: string): Promise<Record<string, string>> {
    const container = (await this.docker("create", ...labelFlags(), image, "none")).trim();
    const env = { ...process.env, DOCKER_CONFIG: join(this.folder, "docker") };
    const exporting = spawn("docker", ["export", container], { env, stdio: ["ignore", "pipe", "inherit"] });
    const found: Record<string, string> = {};
    const tar = Readable.from(exporting.stdout).pipe(extract());
    for await (const entry of tar) {
      const hash = createHash("sha256");
      for await (const chunk of entry as AsyncIterable<Buffer>) hash.update(chunk);
      const { name, type, mode = 0, uid, gid, linkname } = entry.header;
      const content = type === "file" ? hash.digest("hex").slice(0, 12) : (linkname ?? "");
      found[name] = `${type} ${(mode & 0o7777).toString(8)} ${uid}:${gid} ${content}`;
    }
    await this.docker("rm", "--force", container);
    return found;
  }

  async run(image: string, ...args: string[]): Promise<string> {
    return this.docker("run", "--rm", ...labelFlags(), image, ...args);
  }

  async auths(): Promise<Record<string, { auth: string }>> {
    const { authorizationData = [] } = await this.ecr.send(new GetAuthorizationTokenCommand({}));
    return { [this.registry]: { auth: authorizationData[0]?.authorizationToken ?? "" } };
  }
}

function labelFlags(): string[] {
  return Object.entries(testLabel()).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
}
