/** A multi-platform image on disk, for clients that push one: https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

export interface OciLayout {
  readonly folder: string;
  /** Of the index, and of the image for each architecture. */
  readonly digest: string;
  readonly images: Readonly<Record<string, string>>;
}

/** Linux images that hold one file, `/architecture`, which says theirs. */
export async function writeOciLayout(folder: string, architectures: readonly string[]): Promise<OciLayout> {
  await mkdir(join(folder, "blobs", "sha256"), { recursive: true });
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const add = async (mediaType: string, content: object | Buffer) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const hex = createHash("sha256").update(bytes).digest("hex");
    await writeFile(join(folder, "blobs", "sha256", hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const manifests = [];
  for (const architecture of architectures) {
    const tar = await tarOf("architecture", architecture);
    const diffId = `sha256:${createHash("sha256").update(tar).digest("hex")}`;
    const config = await add("application/vnd.oci.image.config.v1+json", {
      architecture,
      os: "linux",
      config: { Cmd: ["/architecture"] },
      rootfs: { type: "layers", diff_ids: [diffId] },
    });
    const layers = [await add("application/vnd.oci.image.layer.v1.tar+gzip", gzipSync(tar))];
    const manifest = await add(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers });
    manifests.push({ ...manifest, platform: { os: "linux", architecture } });
  }
  const index = await add(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests });
  await writeFile(
    join(folder, "index.json"),
    JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [index] }),
  );
  const images = manifests.map(({ digest, platform }) => [platform.architecture, digest]);
  return { folder, digest: index.digest, images: Object.fromEntries(images) };
}

async function tarOf(name: string, content: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(archive);
}
