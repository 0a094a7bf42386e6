import { setTimeout as sleep } from "node:timers/promises";
import { log } from "./log.js";

/** Twice what taskdef.json allows: enough to be killed on ECS, and harmless where nothing limits the service. */
const leakLimitMib = 1_024;

/**
 * Failures on demand, to rehearse what a deployment does about them (see README.md).
 *
 * @param {ReturnType<import("./settings.js").readSettings>["rehearsal"]} rehearsal
 * @param {AbortSignal} stopping ends a slow start early
 * @returns {Promise<void>} when the service may listen
 */
export async function rehearseStart(rehearsal, stopping) {
  if (rehearsal.exitCode !== undefined) {
    process.stderr.write(`Error: cannot start: REHEARSE_EXIT_AT_START is set, exiting with ${rehearsal.exitCode}\n`);
    process.exit(rehearsal.exitCode);
  }
  if (rehearsal.exitAfterMs !== undefined) exitAfter(rehearsal.exitAfterMs);
  if (rehearsal.leakMibPerSecond > 0) leak(rehearsal.leakMibPerSecond);
  if (rehearsal.slowStartMs > 0) {
    log({ level: "warn", message: `starting slowly: REHEARSE_SLOW_START_MS is ${rehearsal.slowStartMs}` });
    await sleep(rehearsal.slowStartMs, undefined, { signal: stopping });
  }
}

function exitAfter(ms) {
  log({ level: "warn", message: `will exit with 1: REHEARSE_EXIT_AFTER_MS is ${ms}` });
  const timer = setTimeout(() => {
    process.stderr.write(`Error: cannot go on: REHEARSE_EXIT_AFTER_MS is ${ms}, exiting with 1\n`);
    process.exit(1);
  }, ms);
  timer.unref();
}

function leak(mibPerSecond) {
  log({ level: "warn", message: `leaking memory: REHEARSE_LEAK_MIB_PER_SECOND is ${mibPerSecond}` });
  const kept = [];
  const timer = setInterval(() => {
    // Filled with bytes other than zero, so that the pages are really taken.
    for (let mib = 0; mib < mibPerSecond && kept.length < leakLimitMib; mib++) kept.push(Buffer.alloc(1024 * 1024, 1));
  }, 1_000);
  timer.unref();
}
