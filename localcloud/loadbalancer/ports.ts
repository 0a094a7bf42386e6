import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

const PRIVILEGED = 1024;
const HIGHEST = 65_535;
/** How many ports after the wanted one are tried before any free one is taken. */
const NEIGHBOURS = 50;

/**
 * Where a listener may bind, in this order: its own port, then the next ones, at last any. A port that only root may
 * bind is followed by the port 8000 higher, as people do it by hand: 80 → 8080, 443 → 8443.
 */
export function* portsFor(port: number): Generator<number> {
  yield port;
  const next = port < PRIVILEGED ? port + 8000 : port + 1;
  for (let candidate = next; candidate < next + NEIGHBOURS && candidate <= HIGHEST; candidate++) yield candidate;
  yield 0;
}

/** Binds a server to 127.0.0.1 on the first port that is free, and returns that port. */
export async function bind(server: Server, ports: Iterable<number>): Promise<number> {
  let last: unknown = new Error("There is no port to bind.");
  for (const port of ports) {
    try {
      await listen(server, port);
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if (!isTaken(error)) throw error;
      last = error;
    }
  }
  throw last;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      server.off("listening", done);
      reject(error);
    };
    const done = () => {
      server.off("error", fail);
      resolve();
    };
    server.once("error", fail).once("listening", done).listen(port, "127.0.0.1");
  });
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRINUSE" || code === "EACCES";
}
