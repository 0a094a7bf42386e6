import { mkdir, symlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { containerPath, resolveInRootfs } from "../image/rootfs-path.ts";
import type { ContainerSpec } from "../runtime.ts";

/** What container engines set where an image sets none. */
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** For what a shell's command line calls; a container's own programs come first. */
const machinePath = ["/usr/local/bin", "/usr/bin", "/bin"];

export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  /** The folders of PATH as the container sees them. */
  readonly path: readonly string[];
}

/**
 * The environment of a container's processes: the image's ENV, then the task's, on a clean base. Nothing of the local
 * cloud's own environment is in it. PATH, HOME and TMPDIR lead into the container's folder; `PORT` is the port on
 * which the container must listen, `PORT_N` the one for container port N.
 *
 * @param folder the container's folder. Its path is in every container's PATH, by which the reaper knows the container's
 * processes.
 */
export async function containerEnvironment(
  spec: ContainerSpec,
  folder: string,
  rootfs: string,
  ports: readonly { containerPort: number; hostPort: number }[],
  port: number,
): Promise<Environment> {
  const given = { ...imageVariables(spec.image.config.Env ?? []), ...spec.environment };
  const path = (given.PATH ?? defaultPath).split(":").filter((entry) => entry.startsWith("/"));
  return {
    path,
    variables: {
      ...given,
      PATH: [
        await ownPrograms(folder),
        ...path.map((entry) => join(rootfs, posix.normalize(entry))),
        ...machinePath,
      ].join(":"),
      HOME: await ownFolder(rootfs, given.HOME, join(folder, "home")),
      TMPDIR: await ownFolder(rootfs, given.TMPDIR, join(folder, "tmp")),
      ...Object.fromEntries(ports.map((binding) => [`PORT_${binding.containerPort}`, String(binding.hostPort)])),
      PORT: String(port),
    },
  };
}

/**
 * The folder that a container works in: the task definition's, else the image's, else `/`; made where it is missing, as
 * container engines do.
 *
 * @returns both how the container and how this machine calls it.
 */
export async function workingDirectory(
  spec: ContainerSpec,
  rootfs: string,
): Promise<{ inside: string; place: string }> {
  const wanted = spec.workingDirectory || spec.image.config.WorkingDir || "/";
  const place = await resolveInRootfs(rootfs, wanted);
  await mkdir(place, { recursive: true });
  return { inside: containerPath(rootfs, place), place };
}

function imageVariables(env: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    env.map((entry) => {
      const equals = entry.indexOf("=");
      return equals === -1 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** A folder in which `node` is this process's own, for command lines and scripts that look for it on the PATH. */
async function ownPrograms(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  await symlink(process.execPath, join(bin, "node"));
  return bin;
}

async function ownFolder(rootfs: string, given: string | undefined, otherwise: string): Promise<string> {
  const place = given?.startsWith("/") ? await resolveInRootfs(rootfs, given) : otherwise;
  await mkdir(place, { recursive: true });
  return place;
}
