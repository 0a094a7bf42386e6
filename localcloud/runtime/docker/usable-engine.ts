/** Whether the engine of this user can run what this machine's local cloud deploys: whether each reaches the other. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";
import { engineAddress } from "./endpoint.ts";
import { addressText, Engine, EngineError } from "./engine.ts";

const PROBE_TIMEOUT_MS = 2000;

const bridgeSchema = v.object({
  IPAM: v.object({ Config: v.nullish(v.array(v.object({ Gateway: v.optional(v.string()) }))) }),
});

export interface UsableEngine {
  readonly engine: Engine;
  /** The IPv4 address at which containers on the engine's default bridge reach this machine. */
  readonly gateway: string;
}

/**
 * An engine inside of a virtual machine (Docker Desktop, colima) or on another machine can neither pull from 127.0.0.1
 * here nor have its bridge's address listened on: that is tried, not guessed.
 *
 * @returns why no engine can be used, as a clause, where none can.
 */
export async function findUsableEngine(environment: NodeJS.ProcessEnv): Promise<UsableEngine | { why: string }> {
  let engine: Engine | undefined;
  try {
    engine = await Engine.connect(await engineAddress(environment));
    const [gateway, pulls] = await Promise.all([bridgeGateway(engine), pullsFromHere(engine)]);
    const why = await whyNot(engine, gateway, pulls);
    if (why === undefined && gateway !== undefined) return { engine, gateway };
    engine.close();
    return { why: why ?? "" };
  } catch (error) {
    engine?.close();
    if (!(error instanceof Error)) throw error;
    return { why: error.message };
  }
}

async function whyNot(engine: Engine, gateway: string | undefined, pulls: boolean): Promise<string | undefined> {
  const at = `the engine at ${addressText(engine.address)}`;
  if (!pulls) return `${at} cannot reach this machine's 127.0.0.1, as in a virtual machine`;
  if (gateway === undefined) return `${at} has no default bridge network`;
  if (!(await isOwnAddress(gateway))) return `${at} has its networks elsewhere than on this machine`;
  return undefined;
}

async function bridgeGateway(engine: Engine): Promise<string | undefined> {
  try {
    const { IPAM } = await engine.json(bridgeSchema, "GET", "/networks/bridge");
    return IPAM.Config?.map(({ Gateway }) => Gateway).find((address) => address?.includes("."));
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** Asks the engine for what a registry at 127.0.0.1 knows of an image, and listens there for its question. */
async function pullsFromHere(engine: Engine): Promise<boolean> {
  let asked = false;
  const registry = createServer((_, answer) => {
    asked = true;
    answer.writeHead(404, { connection: "close" }).end();
  });
  const port = await listen(registry, "127.0.0.1");
  try {
    await engine.call("GET", `/distribution/127.0.0.1:${port}/reach/json`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
  } catch (error) {
    // There is no such image; what counts is who was asked.
    if (!(error instanceof EngineError)) throw error;
  } finally {
    registry.close();
  }
  return asked;
}

async function isOwnAddress(address: string): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, address);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRNOTAVAIL") return false;
    throw error;
  } finally {
    server.close();
  }
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}
