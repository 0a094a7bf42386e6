import { readlink } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";

/** As many as Linux follows before it answers ELOOP. */
const maximumSymlinks = 40;

/** As the kernel's own ELOOP, which it would be. */
class SymlinkLoop extends Error {
  readonly code = "ELOOP";
}

/**
 * Where `path`, as a container would see it, lies on this machine: resolved as chroot(2) to `rootfs` would, so that
 * neither `..` nor an absolute symbolic link leads out. What it leads to need not exist.
 *
 * @param last `keep` answers the place of a symbolic link itself, where the path ends in one.
 * @throws {Error} when the symbolic links form a loop.
 */
export async function resolveInRootfs(
  rootfs: string,
  path: string,
  last: "follow" | "keep" = "follow",
): Promise<string> {
  const rest = names(path);
  const resolved: string[] = [];
  let symlinks = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === "..") {
      resolved.pop();
      continue;
    }
    const keep = last === "keep" && rest.length === 0;
    const target = keep ? undefined : await symlinkTarget(join(rootfs, ...resolved, name));
    if (target === undefined) {
      resolved.push(name);
      continue;
    }
    if (++symlinks > maximumSymlinks) throw new SymlinkLoop(`ELOOP: too many levels of symbolic links: ${path}`);
    if (target.startsWith("/")) resolved.length = 0;
    rest.unshift(...names(target));
  }
  return join(rootfs, ...resolved);
}

/**
 * The target to write into a symbolic link in the folder `parent` (a resolved place inside of `rootfs`), so that it
 * leads where `target` leads inside of the container, without a chroot: relative, and never above `rootfs`.
 * `..` is taken out of the middle, because behind another symbolic link it would climb from somewhere else.
 */
export function confinedTarget(rootfs: string, parent: string, target: string): string {
  const from = containerPath(rootfs, parent);
  return posix.relative(from, posix.resolve(from, target)) || ".";
}

/** The container's name for a resolved place inside of `rootfs`. */
export function containerPath(rootfs: string, place: string): string {
  return posix.join("/", ...relative(rootfs, place).split(sep));
}

function names(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

async function symlinkTarget(place: string): Promise<string | undefined> {
  try {
    return await readlink(place);
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && "code" in error && error.code === "EINVAL")) return undefined;
    throw error;
  }
}

/** Whether a file-system call failed because there is nothing at that path. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
