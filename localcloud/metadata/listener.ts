/**
 * The task metadata endpoint where containers with a network of their own reach it: on their bridge's address, which
 * is this machine's. Nothing but the metadata is answered there.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { metadataHandler } from "./handler.ts";

export interface MetadataListener {
  /** `172.17.0.1:49152` */
  readonly host: string;
  close(): Promise<void>;
}

/** Listens on a free port of the address. @throws {Error} `EADDRNOTAVAIL` where it is not this machine's. */
export async function listenForMetadata(
  address: string,
  handler: ReturnType<typeof metadataHandler>,
): Promise<MetadataListener> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, resolve);
  });
  return {
    host: `${address}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
