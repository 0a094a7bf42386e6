import { createWriteStream } from "node:fs";
import { chmod, link, lstat, mkdir, readdir, readlink, rm, symlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Extract, Header } from "tar-stream";
import { confinedTarget, containerPath, isMissing, resolveInRootfs } from "./rootfs-path.ts";

/** An entry of a tar stream: a readable stream of its content. */
type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

const whiteout = ".wh.";
const opaqueWhiteout = ".wh..wh..opq";

/**
 * Applies one layer's tar entries to a rootfs: OCI image specification, "Image Layer Filesystem Changeset".
 * The layer may be hostile: every name is resolved as under chroot(2), and what exists is removed, never written
 * through. Left out are owners, extended attributes, device nodes and pipes (a process uses the machine's own /dev)
 * and the set-user-id, set-group-id and sticky bits.
 */
export class LayerWriter {
  readonly #rootfs: string;
  /** What this layer brought, with the folders above it: its whiteouts hide lower layers only. */
  readonly #written = new Set<string>();

  constructor(rootfs: string) {
    this.#rootfs = rootfs;
  }

  /** @throws {Error} for a name or an entry that no layer may have. */
  async write(entry: Entry): Promise<void> {
    const { folder, base } = split(entry.header.name);
    if (base !== "") {
      const parent = await resolveInRootfs(this.#rootfs, folder);
      await mkdir(parent, { recursive: true });
      if (base.startsWith(whiteout)) await this.#hide(parent, base);
      else await this.#place(entry, join(parent, base));
    }
    // What was not read must still pass by: the next entry comes after it.
    entry.resume();
  }

  async #place(entry: Entry, place: string): Promise<void> {
    const { header } = entry;
    if (header.type === "directory") await this.#folder(header, place);
    else if (header.type === "file" || header.type === "contiguous-file") await this.#file(entry, place);
    else if (header.type === "symlink") await this.#symlink(place, linkname(header));
    else if (header.type === "link") await this.#hardLink(place, linkname(header));
    else if (!isSpecial(header)) throw new Error(`unhandled tar header type of ${JSON.stringify(header.name)}`);
    this.#remember(place);
  }

  async #folder(header: Header, place: string): Promise<void> {
    const before = await kindOf(place);
    if (before !== "folder") {
      if (before !== undefined) await rm(place, { recursive: true });
      await mkdir(place);
    }
    // The owner must be able to fill, copy and remove it.
    await chmod(place, (header.mode & 0o777) | 0o700);
  }

  async #file(entry: Entry, place: string): Promise<void> {
    await clear(place);
    await pipeline(entry, createWriteStream(place, { flags: "wx" }));
    await chmod(place, (entry.header.mode & 0o777) | 0o400);
    await utimes(place, entry.header.mtime, entry.header.mtime);
  }

  async #symlink(place: string, target: string): Promise<void> {
    await clear(place);
    await symlink(confinedTarget(this.#rootfs, dirname(place), target), place);
  }

  async #hardLink(place: string, target: string): Promise<void> {
    const { folder, base } = split(target);
    const source = await resolveInRootfs(this.#rootfs, `${folder}/${base}`, "keep");
    if (source === place) return;
    const kind = await kindOf(source);
    await clear(place);
    // A second name of a symbolic link would be relative to another folder, and could lead out of the rootfs.
    if (kind === "symlink") {
      const absolute = join(containerPath(this.#rootfs, dirname(source)), await readlink(source));
      await symlink(confinedTarget(this.#rootfs, dirname(place), absolute), place);
    } else {
      await link(source, place);
    }
  }

  async #hide(parent: string, base: string): Promise<void> {
    if (base === opaqueWhiteout) return this.#hideLower(parent);
    // The remaining names with this prefix are AUFS's own bookkeeping.
    if (base.startsWith(`${whiteout}${whiteout}`)) return;
    const name = base.slice(whiteout.length);
    if (name === "" || name === "." || name === "..") throw new Error(`invalid whiteout name: ${base}`);
    const place = join(parent, name);
    if (!this.#written.has(place)) await clear(place);
  }

  async #hideLower(folder: string): Promise<void> {
    for (const child of await readdir(folder, { withFileTypes: true })) {
      const place = join(folder, child.name);
      if (!this.#written.has(place)) await clear(place);
      else if (child.isDirectory()) await this.#hideLower(place);
    }
  }

  #remember(place: string): void {
    for (let at = place; at.length > this.#rootfs.length && !this.#written.has(at); at = dirname(at)) {
      this.#written.add(at);
    }
  }
}

function split(name: string): { folder: string; base: string } {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..") || name.includes("\0")) throw new Error(`invalid tar entry name: ${JSON.stringify(name)}`);
  const base = parts.pop() ?? "";
  return { folder: parts.join("/"), base };
}

function linkname(header: Header): string {
  // tar-stream answers null for an empty one, whatever its types say.
  if (!header.linkname) throw new Error(`link without a target: ${header.name}`);
  return header.linkname;
}

function isSpecial(header: Header): boolean {
  return header.type === "character-device" || header.type === "block-device" || header.type === "fifo";
}

async function kindOf(place: string): Promise<"folder" | "symlink" | "file" | undefined> {
  try {
    const found = await lstat(place);
    if (found.isDirectory()) return "folder";
    return found.isSymbolicLink() ? "symlink" : "file";
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function clear(place: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
}
