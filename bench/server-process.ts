/** A peer that somebody else wrote: a server with a configuration file, in a folder that goes with it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const GIVE_UP_MS = 10_000;

export interface ServerProcess {
  readonly endpoint: string;
  readonly pid: number;
  /** Ends it and removes its folder. */
  end(): Promise<void>;
}

export interface ServerProgram {
  readonly program: string;
  readonly configuration: (place: { readonly port: number; readonly folder: string }) => string;
  readonly args: (place: { readonly file: string; readonly folder: string }) => readonly string[];
}

/** @throws {Error} with what it said, where it does not answer. */
export async function startServerProcess({ program, configuration, args }: ServerProgram): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), "bench-peer-"));
  const port = await freePort();
  const file = join(folder, "configuration");
  await writeFile(file, configuration({ port, folder }));
  const child = spawn(program, args({ file, folder }), { stdio: ["ignore", "ignore", "pipe"] });
  const closed = once(child, "close");
  // It must not outlive us where we end by an error.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const end = async () => {
    process.off("exit", kill);
    child.kill("SIGTERM");
    await closed;
    await rm(folder, { recursive: true });
  };
  const endpoint = `http://127.0.0.1:${port}`;
  if (await answers(endpoint)) return { endpoint, pid: child.pid ?? 0, end };
  await end();
  throw new Error(`${program} does not answer: ${said}`);
}

async function answers(endpoint: string): Promise<boolean> {
  for (const giveUpAt = performance.now() + GIVE_UP_MS; performance.now() < giveUpAt; await sleep(20))
    if (
      await fetch(endpoint).then(
        (answer) => answer.arrayBuffer().then(() => true),
        () => false,
      )
    )
      return true;
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
