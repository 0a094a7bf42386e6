import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningListener, type RunningTarget, startListener, startTarget } from "./testing.ts";

const CHUNK = Buffer.alloc(256 * 1024, "x");
const CHUNKS = 256;
const TOTAL = CHUNK.length * CHUNKS;
/** What the buffers of sockets and streams on the way may hold; the whole body is more than four times as much. */
const FLAT = 16 * 1024 * 1024;

let listener: RunningListener;
let target: RunningTarget;

beforeEach(async () => {
  listener = await startListener();
});

afterEach(async () => {
  await listener.loadBalancing.close();
  await target.close();
});

/** Writes the body as fast as it is taken. */
async function write(
  to: { write(chunk: Buffer): boolean; end(): void } & NodeJS.EventEmitter,
  sent: { bytes: number },
) {
  for (let i = 0; i < CHUNKS; i++) {
    sent.bytes += CHUNK.length;
    if (!to.write(CHUNK)) await once(to, "drain");
  }
  to.end();
}

/** Reads slowly and notes how far the writer was ahead at most. */
async function readSlowly(from: AsyncIterable<Buffer>, sent: { bytes: number }) {
  let received = 0;
  let ahead = 0;
  for await (const chunk of from) {
    received += chunk.length;
    ahead = Math.max(ahead, sent.bytes - received);
    for (let i = 0; i < 5; i++) await setImmediate();
  }
  return { received, ahead };
}

async function response(sent: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return answer;
}

describe("a large body", () => {
  it("to a slow target waits at the client", async () => {
    const sent = { bytes: 0 };
    target = await startTarget(async (incoming, outgoing) => {
      outgoing.end(JSON.stringify(await readSlowly(incoming, sent)));
    });
    await listener.register(target.port);
    const upload = request({ port: listener.port, method: "POST", agent: false });
    const answered = response(upload);
    await write(upload, sent);
    const result = JSON.parse((await (await answered).toArray()).join(""));
    expect(result.received).toBe(TOTAL);
    expect(result.ahead).toBeLessThan(FLAT);
  });

  it("to a slow client waits at the target", async () => {
    const sent = { bytes: 0 };
    target = await startTarget((_incoming, outgoing) => void write(outgoing, sent));
    await listener.register(target.port);
    const download = request({ port: listener.port, agent: false });
    const answered = response(download);
    download.end();
    const result = await readSlowly(await answered, sent);
    expect(result.received).toBe(TOTAL);
    expect(result.ahead).toBeLessThan(FLAT);
  });
});
