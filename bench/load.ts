/** Requests over kept-alive connections, each timed from before it is sent until its answer is read. */
import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { percentile } from "./rows.ts";

export interface Sent {
  readonly url: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** As many as are answered by `connections` that each send the next request when the last one is answered. */
export async function saturate(sent: Sent, { connections, ms }: { connections: number; ms: number }): Promise<Load> {
  return loaded(connections, async (agent) => {
    const latencies: number[] = [];
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() - startedAt < ms) latencies.push(await exchange(agent, sent));
      }),
    );
    return latencies;
  });
}

/** `perSecond` requests a second, whether or not the last ones were answered. */
export async function pace(sent: Sent, { perSecond, ms }: { perSecond: number; ms: number }): Promise<Load> {
  return loaded(64, async (agent) => {
    const underWay: Promise<number>[] = [];
    const startedAt = performance.now();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const elapsed = performance.now() - startedAt;
        // A timer that was late catches up, so that the rate holds on a busy machine.
        while (underWay.length < (Math.min(elapsed, ms) / 1000) * perSecond) underWay.push(exchange(agent, sent));
        if (elapsed < ms) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    return Promise.all(underWay);
  });
}

async function loaded(maxSockets: number, work: (agent: Agent) => Promise<readonly number[]>): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets });
  try {
    const startedAt = performance.now();
    const latencies = await work(agent);
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      perSecond: latencies.length / seconds,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
    };
  } finally {
    agent.destroy();
  }
}

/** Milliseconds; rejects for anything but 200, because a refusal is no work done. */
function exchange(agent: Agent, { url, method = "GET", headers = {}, body }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const asked = request(url, { agent, method, headers }, (response) => {
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(performance.now() - startedAt);
        else reject(new Error(`${method} ${url} was answered ${response.statusCode}`));
      });
      response.resume();
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
