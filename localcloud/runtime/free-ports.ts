import { readFile } from "node:fs/promises";
import { createServer } from "node:net";

interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Ports that containers may listen on, each given to one container at a time.
 *
 * Asking the kernel for "any free port" would race: between the answer and the container's own listen(2) the kernel
 * may hand the same port to another container, or use it as the source port of an outgoing connection, of which a
 * load balancer makes hundreds a second. So ports come from outside of the kernel's ephemeral range, are tried by
 * listening on them, and stay reserved until the container has ended. They are given in turn, so that the port of a
 * container that has just ended, to which a late request may still come, is the last to be given again.
 */
export class FreePorts {
  readonly #reserved = new Set<number>();
  #range: Promise<PortRange> | undefined;
  #next: number | undefined;

  /** @throws {Error} when every port of the range is taken. */
  async reserve(): Promise<number> {
    this.#range ??= portRange();
    const range = await this.#range;
    const size = range.last - range.first + 1;
    // Two local clouds on one machine start at different places.
    this.#next ??= range.first + Math.floor(Math.random() * size);
    for (let tried = 0; tried < size; tried += 1) {
      const port: number = this.#next;
      this.#next = port === range.last ? range.first : port + 1;
      if (this.#reserved.has(port)) continue;
      this.#reserved.add(port);
      if (await isFree(port)) return port;
      this.#reserved.delete(port);
    }
    throw new Error(`no free port between ${range.first} and ${range.last}`);
  }

  release(port: number): void {
    this.#reserved.delete(port);
  }
}

/** Below the ephemeral ports, else above them, else (where they are nearly everything) among them. */
async function portRange(): Promise<PortRange> {
  const below = { first: 20_000, last: 32_767 };
  const ephemeral = await ephemeralPorts();
  if (ephemeral.first > below.first + 1000)
    return { first: below.first, last: Math.min(below.last, ephemeral.first - 1) };
  if (ephemeral.last < 65_535 - 1000) return { first: ephemeral.last + 1, last: 65_535 };
  return below;
}

/** Linux says; elsewhere the range that IANA gives and macOS and the BSDs use. */
async function ephemeralPorts(): Promise<PortRange> {
  try {
    const [first, last] = (await readFile("/proc/sys/net/ipv4/ip_local_port_range", "utf8"))
      .trim()
      .split(/\s+/)
      .map(Number);
    if (first !== undefined && last !== undefined) return { first, last };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return { first: 49_152, last: 65_535 };
}

/** Tried on every address, since the container may choose any. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    });
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
