/**
 * The task metadata endpoint where containers with a network of their own reach it: on their bridge's address, which
 * is this machine's. Nothing but the metadata is answered there, and nobody who calls the machine by another name: a
 * page in a browser could have made one resolve to it.
 */
import type { AddressInfo } from "node:net";
import { boundedServer, type ServerBounds } from "../bounded-server.ts";
import type { metadataHandler } from "./handler.ts";

export interface MetadataListener {
  /** `172.17.0.1:49152` */
  readonly host: string;
  close(): Promise<void>;
}

/** A container asks for a document of some kilobytes. */
const BOUNDS: ServerBounds = { headersMs: 10_000, idleMs: 10_000 };

/** Listens on a free port of the address. @throws {Error} `EADDRNOTAVAIL` where it is not this machine's. */
export async function listenForMetadata(
  address: string,
  handler: ReturnType<typeof metadataHandler>,
): Promise<MetadataListener> {
  const host = () => `${address}:${(server.address() as AddressInfo).port}`;
  const server = boundedServer((request, response) => {
    if (request.headersDistinct.host?.join() === host()) return handler(request, response);
    response.writeHead(403, { "content-type": "text/plain", connection: "close" });
    response.end(`The metadata of tasks is answered at ${host()} only.\n`);
  }, BOUNDS);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, resolve);
  });
  return {
    host: host(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
