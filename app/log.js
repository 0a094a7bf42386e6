/** One line of JSON, which CloudWatch Logs Insights reads without a parser. */
export function log(fields) {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`);
}

/** Logs the request when its answer has been sent, or when the client has gone before that. */
export function logRequest(request, response, path) {
  const started = performance.now();
  response.once("close", () => {
    log({
      method: request.method,
      path,
      status: response.statusCode,
      ms: Math.round((performance.now() - started) * 10) / 10,
      ...(response.writableFinished ? {} : { aborted: true }),
    });
  });
}
