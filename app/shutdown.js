/**
 * Ends the server when the container is asked to stop: no new connections, every request in flight answered, exit 0.
 *
 * `server.close()` alone closes only what is idle at that moment: a busy keep-alive connection would hold the exit for
 * its whole keep-alive time, past stopTimeout and into SIGKILL. Hence `Connection: close` on every answer from then on,
 * and another look for idle connections after each. A connection that has never sent a byte counts as busy for Node, so
 * those (a load balancer keeps some ready) are closed by hand.
 *
 * @param {import("node:http").Server} server
 * @returns {AbortSignal} aborted by the first SIGTERM or SIGINT
 */
export function stopOnSignal(server) {
  const stopping = new AbortController();
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.prependListener("request", (_request, response) => {
    if (stopping.signal.aborted) response.setHeader("connection", "close");
    response.once("close", () => {
      if (stopping.signal.aborted) server.closeIdleConnections();
    });
  });
  const stop = () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    server.close();
    server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  return stopping.signal;
}
