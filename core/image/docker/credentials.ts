import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { RegistryCredentials } from "../registry/authorization.ts";
import type { Environment } from "./environment.ts";
import { configurationFolder, objectOf, readConfiguration } from "./user-configuration.ts";

/** Docker Hub, under the name that logins to it are kept under. */
const hub = { host: "registry-1.docker.io", name: "https://index.docker.io/v1/" };

/**
 * What `docker login` left for a registry: in Docker's configuration, or with the helper that it names
 * (https://docs.docker.com/reference/cli/docker/login/#credential-stores).
 *
 * @returns `undefined` where there was no login
 */
export async function dockerCredentials(
  host: string,
  environment: Environment,
): Promise<RegistryCredentials | undefined> {
  const configuration = await readConfiguration(configurationFolder(environment));
  const name = host === hub.host ? hub.name : host;
  const helper = objectOf(configuration.credHelpers)[name] ?? configuration.credsStore;
  if (typeof helper === "string" && /^[A-Za-z0-9._-]+$/.test(helper)) return askHelper(helper, name, environment);
  return keptCredentials(objectOf(objectOf(configuration.auths)[name]));
}

function keptCredentials({ auth, identitytoken }: Readonly<Record<string, unknown>>): RegistryCredentials | undefined {
  const decoded = typeof auth === "string" ? Buffer.from(auth, "base64").toString("utf8") : "";
  const colon = decoded.indexOf(":");
  const identityToken = typeof identitytoken === "string" && identitytoken !== "" ? identitytoken : undefined;
  if (colon === -1 && identityToken === undefined) return undefined;
  return { username: decoded.slice(0, Math.max(colon, 0)), password: decoded.slice(colon + 1), identityToken };
}

/** How helpers say that a secret is a refresh token. */
const tokenUser = "<token>";

/** https://github.com/docker/docker-credential-helpers#development: the name on standard input, JSON on standard output. */
async function askHelper(
  helper: string,
  name: string,
  environment: Environment,
): Promise<RegistryCredentials | undefined> {
  const child = spawn(`docker-credential-${helper}`, ["get"], { env: environment, stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  child.stdin.on("error", () => {});
  child.stdin.end(name);
  const answer = await text(child.stdout).catch(() => "");
  if ((await ended) !== 0) return undefined;
  const { Username, Secret } = objectOf(parseJson(answer));
  if (typeof Username !== "string" || typeof Secret !== "string") return undefined;
  const identityToken = Username === tokenUser ? Secret : undefined;
  return { username: Username, password: Secret, identityToken };
}

function parseJson(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
