import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryPassword } from "../ecr-registry.ts";
import { passwordFolderPrefix } from "../left-folders.ts";
import type { Environment } from "./environment.ts";
import { configurationFolder, type DockerConfiguration, objectOf, readConfiguration } from "./user-configuration.ts";

/**
 * Runs an action with a Docker configuration of its own, which is the user's plus passwords, and removes it afterwards.
 * These never go to the user's own configuration or credential store, nor into any argument. The user's
 * contexts, plugins, certificates and other registries' credentials are linked, and buildx keeps its builders where
 * they are.
 *
 * @param onFolder hears the folder before anything is in it, so that somebody else can remove it should this process
 *   be killed
 */
export async function withPrivateConfiguration<T>(
  passwords: readonly RegistryPassword[],
  environment: Environment,
  onFolder: (folder: string) => Promise<void>,
  action: (environment: Environment) => Promise<T>,
): Promise<T> {
  const folder = join(tmpdir(), `${passwordFolderPrefix}${process.pid}-${randomUUID()}`);
  await onFolder(folder);
  const removeAtOnce = () => rmSync(folder, { recursive: true, force: true });
  // A second Ctrl-C ends the process without further ado.
  process.once("exit", removeAtOnce);
  try {
    const user = configurationFolder(environment);
    await mkdir(folder, { mode: 0o700 });
    await linkContent(user, folder);
    const configuration = withPasswords(await readConfiguration(user), passwords);
    await writeFile(join(folder, "config.json"), JSON.stringify(configuration), { mode: 0o600 });
    return await action({
      ...environment,
      DOCKER_CONFIG: folder,
      BUILDX_CONFIG: environment.BUILDX_CONFIG ?? join(user, "buildx"),
    });
  } finally {
    process.off("exit", removeAtOnce);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Everything but the file that gets the password: `contexts`, `cli-plugins`, `ca.pem` … */
async function linkContent(user: string, folder: string): Promise<void> {
  const names = await readdir(user).catch(() => []);
  for (const name of names) {
    if (name !== "config.json") await symlink(join(user, name), join(folder, name));
  }
}

/** An empty helper's name stands for the file itself, where the configuration names a credential store for all hosts. */
function withPasswords(
  configuration: DockerConfiguration,
  passwords: readonly RegistryPassword[],
): DockerConfiguration {
  const auths = passwords.map(({ host, encoded }) => [host, { auth: encoded }] as const);
  const helpers = passwords.map(({ host }) => [host, ""] as const);
  return {
    ...configuration,
    auths: { ...objectOf(configuration.auths), ...Object.fromEntries(auths) },
    credHelpers: { ...objectOf(configuration.credHelpers), ...Object.fromEntries(helpers) },
  };
}
