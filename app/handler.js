import { setTimeout as sleep } from "node:timers/promises";
import { log, logRequest } from "./log.js";

/**
 * Answers every request of the service.
 *
 * @param {{ pages: Map<string, { type: string, body: Buffer }>, version: string,
 *   rehearsal: { unhealthy: boolean, healthPath: string, healthStatus: number | undefined, healthDelayMs: number },
 *   readTask: () => Promise<{ revision: string | null, taskId: string | null }> }} service
 * @returns {import("node:http").RequestListener}
 */
export function requestHandler({ pages, version, rehearsal, readTask }) {
  return async (request, response) => {
    const path = pathOf(request.url);
    logRequest(request, response, path);
    // Bodies are of no use to anything here, but an unread one would block the connection.
    request.resume();
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      sendText(response, 405, "Method not allowed\n");
    } else if (path === rehearsal.healthPath) {
      await sendHealth(response, rehearsal);
    } else if (path === "/version") {
      send(response, 200, "application/json", Buffer.from(`${JSON.stringify({ version, ...(await readTask()) })}\n`));
    } else {
      const page = pages.get(path);
      if (page === undefined) sendText(response, 404, "Not found\n");
      else send(response, 200, page.type, page.body);
    }
  };
}

async function sendHealth(response, { unhealthy, healthStatus, healthDelayMs }) {
  if (healthDelayMs > 0) {
    log({ level: "warn", message: `health check answered late: REHEARSE_HEALTH_DELAY_MS is ${healthDelayMs}` });
    await sleep(healthDelayMs, undefined, { ref: false });
  }
  const status = healthStatus ?? (unhealthy ? 500 : 200);
  if (status === 200) return sendText(response, 200, "ok\n");
  const why = healthStatus === undefined ? "REHEARSE_UNHEALTHY is set" : `REHEARSE_HEALTH_STATUS is ${healthStatus}`;
  log({ level: "error", message: `health check failed: ${why}` });
  sendText(response, status, `unhealthy: ${why}\n`);
}

/** Everything before the query. The target may also be an absolute URL (RFC 9112, section 3.2.2). */
function pathOf(target) {
  const path = target.replace(/^https?:\/\/[^/?]*/i, "").split("?", 1)[0];
  return path === "" ? "/" : path;
}

function sendText(response, status, text) {
  send(response, status, "text/plain; charset=utf-8", Buffer.from(text));
}

function send(response, status, type, body) {
  response.writeHead(status, {
    "content-type": type,
    "content-length": body.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  // Node leaves the body out of an answer to HEAD.
  response.end(body);
}
