/** Bytes on a socket, as no HTTP client would send them. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface RawAnswer {
  /** Everything that came back, byte for byte as Latin-1; empty where the connection was closed without a word. */
  readonly text: string;
  /** Of the first answer; 0 where there was none. */
  readonly status: number;
  /** Whether the other side closed the connection. */
  readonly closed: boolean;
}

interface RawOptions {
  readonly host?: string;
  /** How long to wait for the other side to close. */
  readonly forMs?: number;
}

/** Sends the bytes and reads until the other side closes, or for as long as it is given. */
export async function sendRaw(
  port: number,
  bytes: string | Buffer,
  { host = "127.0.0.1", forMs = 1_000 }: RawOptions = {},
): Promise<RawAnswer> {
  const socket = connect(port, host);
  const came: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => came.push(chunk));
  // A connection that is reset tells as much as one that is closed.
  socket.on("error", () => {});
  const timer = setTimeout(() => socket.destroy(), forMs);
  let closed = false;
  socket.on("end", () => {
    closed = true;
  });
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  const broke = await new Promise<boolean>((resolve) => socket.on("close", resolve));
  clearTimeout(timer);
  const text = Buffer.concat(came).toString("latin1");
  return { text, status: statusOf(text), closed: closed || broke };
}

/** A request with these lines, ended as HTTP ends them. */
export function requestOf(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, ...headers, "", ""].join("\r\n");
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

/** Connections that are open at the same time, each with these bytes sent and nothing read. */
export async function openMany(port: number, count: number, bytes: string | Buffer = ""): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () =>
    connect(port, "127.0.0.1")
      .pause()
      .on("error", () => {}),
  );
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  if (bytes.length > 0) for (const socket of sockets) socket.write(bytes);
  return sockets;
}
