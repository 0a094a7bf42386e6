/** Requests that keep flowing, so that a release that loses one is seen to. */
import { Agent, request } from "node:http";

export interface Load {
  /** So far; a request counts when it has ended. */
  counts(): { readonly requests: number; readonly failed: number };
  /** What the failed ones met, the first few. */
  failures(): readonly string[];
  /** Starts no more requests, and resolves when all have ended. */
  stop(): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const MOST_FAILURES_KEPT = 20;

/** Sends `perSecond` requests a second to `url` over kept-alive connections, whether or not the last were answered. */
export function startLoad(url: string, perSecond: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  let requests = 0;
  let failed = 0;
  const startedAt = performance.now();
  let sent = 0;

  const timer = setInterval(() => {
    // A timer that was late catches up, so that the rate holds on a busy machine.
    for (const due = ((performance.now() - startedAt) / 1000) * perSecond; sent < due; sent += 1) send();
  }, 5);

  function send(): void {
    const ending = ask(agent, url).then((failure) => {
      requests += 1;
      if (failure === undefined) return;
      failed += 1;
      if (failures.length < MOST_FAILURES_KEPT) failures.push(failure);
    });
    underWay.add(ending);
    ending.finally(() => underWay.delete(ending));
  }

  return {
    counts: () => ({ requests, failed }),
    failures: () => failures,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

/** @returns what went wrong; undefined for an answer below 400 that was read to its end. */
function ask(agent: Agent, url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request(url, { agent, timeout: TIMEOUT_MS }, (response) => {
      const { statusCode = 0 } = response;
      response.on("error", (error) => resolve(`while reading: ${error.message}`));
      response.on("end", () => resolve(statusCode < 400 ? undefined : `status ${statusCode}`));
      response.resume();
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer for ${TIMEOUT_MS} ms`)));
    asked.on("error", (error) => resolve(error.message));
    asked.end();
  });
}
