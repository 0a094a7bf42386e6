/** Images that would leave their folder or fill the machine, as tasks of the built CLI's process runtime. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { clientConfig, makeExecutionRole } from "../../demo/bootstrap.ts";
import { type LayerEntry, layerFixture } from "../../localcloud/runtime/image/layer-fixture.ts";
import { HostileStage } from "./hostile-stage.fixture.ts";

const MIB = 1024 * 1024;
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar";

let stage: HostileStage;
let folder: string;
beforeAll(async () => {
  stage = await HostileStage.set("process");
  folder = await mkdtemp(join(tmpdir(), "hostile-images-"));
  await writeFile(join(folder, "victim"), "untouched");
  await stage.ecr.createRepository({ repositoryName: "web" });
  await stage.ecs.createCluster({ clusterName: "default" });
  await makeExecutionRole(clientConfig(stage.endpoint));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await stage.strike();
});

async function push(bytes: Buffer): Promise<{ digest: string; size: number }> {
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const { status } = await stage.registry("POST", `/v2/web/blobs/uploads/?digest=${digest}`, {
    body: new Uint8Array(bytes),
  });
  expect(status).toBe(201);
  return { digest, size: bytes.length };
}

/** Pushes an image of one layer and runs it. @returns why its task stopped. */
async function run(tag: string, layer: Buffer, mediaType: string, config: object = {}): Promise<string> {
  const body = { architecture: "amd64", os: "linux", config: { Cmd: ["/bin/sh", "-c", "exit 3"], ...config } };
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, ...(await push(Buffer.from(JSON.stringify(body)))) },
    layers: [{ mediaType, ...(await push(layer)) }],
  };
  const headers = { "content-type": MANIFEST };
  expect(
    (await stage.registry("PUT", `/v2/web/manifests/${tag}`, { body: JSON.stringify(manifest), headers })).status,
  ).toBe(201);
  await stage.ecs.registerTaskDefinition({
    family: tag,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    executionRoleArn: "arn:aws:iam::000000000000:role/ecsTaskExecutionRole",
    containerDefinitions: [{ name: "web", image: `${stage.host}/web:${tag}`, essential: true }],
  });
  const { tasks: [task] = [], failures } = await stage.ecs.runTask({
    taskDefinition: tag,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: stage.subnets } },
  });
  expect(failures).toEqual([]);
  return stopped(task?.taskArn ?? "");
}

async function stopped(taskArn: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const { tasks: [task] = [] } = await stage.ecs.describeTasks({ tasks: [taskArn] });
      expect(task?.lastStatus).toBe("STOPPED");
      return `${task?.stoppedReason} ${task?.containers?.[0]?.reason ?? ""}`;
    },
    { timeout: 25_000, interval: 100 },
  );
}

async function layerOf(...entries: LayerEntry[]): Promise<Buffer> {
  return readFile((await layerFixture(folder, entries, "none")).path);
}

it("that are well run, so that what follows means something", async () => {
  expect(await run("well", await layerOf({ name: "app", content: "x" }), LAYER)).toContain(
    "Essential container in task exited",
  );
});

it.each<[string, () => LayerEntry[], string]>([
  ["climb", () => [{ name: "../../../victim", content: "overwritten" }], "invalid tar entry name"],
  ["climb later", () => [{ name: "a/../../../../victim", content: "overwritten" }], "invalid tar entry name"],
  [
    "take a file of the machine by a hard link",
    () => [{ name: "stolen", type: "link", linkname: join(folder, "victim") }],
    "ENOENT",
  ],
  ["hide what is beside them", () => [{ name: ".wh..." }], "invalid"],
  ["name what cannot be named", () => [{ name: `${"a/".repeat(3_000)}b`, content: "" }], "ENAMETOOLONG"],
])("that %s cannot be pulled, and their task says why", async (what, entries, why) => {
  const reason = await run(what.replaceAll(" ", "-"), await layerOf(...entries()), LAYER);
  expect(reason).toContain("CannotPullContainerError");
  expect(reason).toContain(why);
  expect(await readFile(join(folder, "victim"), "utf8")).toBe("untouched");
});

it("that write through links of their own write inside of their own folder", async () => {
  const layer = await layerOf(
    { name: "out", type: "symlink", linkname: folder },
    { name: "out/victim", content: "overwritten" },
    { name: "climb", type: "symlink", linkname: "../../../../../../../.." },
    { name: `climb${folder}/victim`, content: "overwritten" },
    { name: "dev/sda", type: "block-device", devmajor: 8, devminor: 0 },
    { name: "setuid", mode: 0o4755, content: "" },
  );
  expect(await run("links", layer, LAYER)).toContain("Essential container in task exited");
  expect(await readFile(join(folder, "victim"), "utf8")).toBe("untouched");
});

it.each([
  ["gzip", (bytes: Buffer) => gzipSync(bytes, { level: 9 })],
  ["zstd", (bytes: Buffer) => zstdCompressSync(bytes)],
])("that expand a thousandfold by %s do so on the disk, not in memory", async (compression, compress) => {
  const before = await stage.rssMib();
  const blob = compress(await layerOf({ name: "zeros", content: Buffer.alloc(256 * MIB) }));
  expect(blob.length).toBeLessThan((256 * MIB) / 900);
  expect(await run(`bomb-${compression}`, blob, `${LAYER}+${compression}`)).toContain(
    "Essential container in task exited",
  );
  expect(await stage.rssMib()).toBeLessThan(before + 150);
});

it.each([
  ["is cut short", (blob: Buffer) => blob.subarray(0, blob.length / 2)],
  ["is something else", () => Buffer.from("no layer at all")],
  ["is nothing", () => Buffer.of()],
])("whose layer %s cannot be pulled", async (what, spoil) => {
  const blob = gzipSync(await layerOf({ name: "a", content: Buffer.from(`${Math.random()}`.repeat(100_000)) }));
  expect(await run(what.replaceAll(" ", "-"), spoil(blob), `${LAYER}+gzip`)).toContain("CannotPullContainerError");
});

it("leave none of their containers' files behind", async () => {
  const state = (await readdir(tmpdir())).find((name) => name.startsWith(`ecs-pipeline-local-${stage.pid}-`)) ?? "";
  await vi.waitFor(async () => {
    const entries = await readdir(join(tmpdir(), state), { recursive: true });
    expect(entries.filter((name) => /partial|setuid/.test(name) && /containers/.test(name))).toEqual([]);
  });
});
