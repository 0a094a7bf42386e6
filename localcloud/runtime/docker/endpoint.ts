/**
 * Where this user's Docker engine is: DOCKER_HOST, else the endpoint of the current context, else the default socket,
 * in the order of https://docs.docker.com/engine/manage-resources/contexts/.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";

/** How `node:http` reaches an engine. */
export type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

const DEFAULT_SOCKET = "/var/run/docker.sock";
const DEFAULT_PORT = 2375;

const configSchema = v.object({ currentContext: v.optional(v.string()) });
const contextSchema = v.object({ Endpoints: v.object({ docker: v.object({ Host: v.string() }) }) });

/**
 * @param environment where DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, DOCKER_TLS_VERIFY and HOME are read.
 * @throws {Error} for an endpoint that is not a Unix socket or plain TCP, and for a context that cannot be read.
 */
export async function engineAddress(environment: NodeJS.ProcessEnv): Promise<EngineAddress> {
  const host = environment.DOCKER_HOST || (await contextHost(environment));
  if (host === undefined) return { socketPath: DEFAULT_SOCKET };
  const [, scheme, rest = ""] = /^(\w+):\/\/(.*)$/.exec(host) ?? [];
  if (scheme === "unix" && rest.startsWith("/")) return { socketPath: rest };
  if (scheme !== "tcp" && scheme !== "http")
    throw new Error(`the engine at ${host} is reached by neither a Unix socket nor TCP`);
  if (environment.DOCKER_TLS_VERIFY) throw new Error(`the engine at ${host} is reached by TLS`);
  const { hostname, port } = new URL(`http://${rest}`);
  return { host: hostname, port: port === "" ? DEFAULT_PORT : Number(port) };
}

async function contextHost(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folder = environment.DOCKER_CONFIG || join(environment.HOME ?? "/", ".docker");
  const name = environment.DOCKER_CONTEXT || (await currentContext(join(folder, "config.json")));
  if (name === undefined || name === "" || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  const text = await readFile(join(folder, "contexts", "meta", id, "meta.json"), "utf8").catch(() => undefined);
  const context = v.safeParse(contextSchema, parsed(text));
  if (!context.success) throw new Error(`the Docker context ${name} cannot be read`);
  return context.output.Endpoints.docker.Host;
}

/** A configuration that is missing or is none selects nothing, as for the docker client. */
async function currentContext(file: string): Promise<string | undefined> {
  const config = v.safeParse(configSchema, parsed(await readFile(file, "utf8").catch(() => undefined)));
  return config.success ? config.output.currentContext : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
