/**
 * The service's settings out of its environment. What is set but not of its form is an error: a typing mistake in a
 * task definition should stop the task with a sentence, not change what it does.
 *
 * @param {Record<string, string | undefined>} environment
 */
export function readSettings(environment) {
  return {
    port: wholeNumber(environment, "PORT", 65_535) ?? 8080,
    version: environment.APP_VERSION || "unknown",
    metadataUri: environment.ECS_CONTAINER_METADATA_URI_V4 || undefined,
    rehearsal: {
      exitCode: wholeNumber(environment, "REHEARSE_EXIT_AT_START", 255),
      exitAfterMs: wholeNumber(environment, "REHEARSE_EXIT_AFTER_MS", 3_600_000),
      unhealthy: flag(environment, "REHEARSE_UNHEALTHY"),
      healthPath: path(environment, "REHEARSE_HEALTH_PATH") ?? "/healthz",
      healthStatus: wholeNumber(environment, "REHEARSE_HEALTH_STATUS", 599, 300),
      healthDelayMs: wholeNumber(environment, "REHEARSE_HEALTH_DELAY_MS", 3_600_000) ?? 0,
      slowStartMs: wholeNumber(environment, "REHEARSE_SLOW_START_MS", 3_600_000) ?? 0,
      leakMibPerSecond: wholeNumber(environment, "REHEARSE_LEAK_MIB_PER_SECOND", 1_024) ?? 0,
    },
  };
}

function wholeNumber(environment, name, max, min = 0) {
  const text = environment[name];
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) > max || Number(text) < min) {
    throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return Number(text);
}

function path(environment, name) {
  const text = environment[name];
  if (text === undefined || text === "") return undefined;
  if (!/^\/[\w/.-]{0,255}$/.test(text)) throw new Error(`${name} must be a path, such as /health, not "${text}"`);
  return text;
}

function flag(environment, name) {
  const text = environment[name] || "false";
  if (text !== "true" && text !== "false") throw new Error(`${name} must be true or false, not "${text}"`);
  return text === "true";
}
