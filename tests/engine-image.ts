/** An image put into the engine as `docker load` does it, in the layout of `docker save`. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { type Pack, pack } from "tar-stream";
import { nodeFiles } from "../demo/node-files.ts";
import { type Engine, EngineError } from "../localcloud/runtime/docker/engine.ts";

/** Loads the image where the engine does not have it yet. @returns `reference`. */
export async function loadNodeImage(
  engine: Engine,
  reference: string,
  labels: Record<string, string>,
): Promise<string> {
  if (await has(engine, reference)) return reference;
  const layer = await nodeLayer();
  const config = {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Env: ["PATH=/usr/local/bin"], Labels: labels, Cmd: ["node"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${createHash("sha256").update(layer).digest("hex")}`] },
  };
  const archive = pack();
  archive.entry({ name: "layer.tar" }, layer);
  archive.entry({ name: "config.json" }, JSON.stringify(config));
  archive.entry(
    { name: "manifest.json" },
    JSON.stringify([{ Config: "config.json", RepoTags: [reference], Layers: ["layer.tar"] }]),
  );
  archive.finalize();
  await engine.call("POST", "/images/load", { query: { quiet: "1" }, body: archive });
  return reference;
}

async function has(engine: Engine, reference: string): Promise<boolean> {
  try {
    await engine.call("GET", `/images/${reference}/json`);
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return false;
    throw error;
  }
}

async function nodeLayer(): Promise<Buffer> {
  const layer: Pack = pack();
  const whole = buffer(layer);
  for (const { source, target } of nodeFiles())
    layer.entry({ name: target.slice(1), mode: 0o755, mtime: new Date(0) }, await readFile(source));
  layer.entry({ name: "tmp", type: "directory", mode: 0o1777, mtime: new Date(0) });
  layer.finalize();
  return whole;
}
