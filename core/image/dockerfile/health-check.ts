import { parseCommand } from "./command-line.ts";
import { parseDuration } from "./duration.ts";
import { readFlags } from "./flags.ts";
import type { HealthCheckInstruction } from "./instruction.ts";
import { invalid, type Place, unsupported } from "./place.ts";

type HealthCheckFields = HealthCheckInstruction["healthCheck"];

const durations = {
  interval: "Interval",
  timeout: "Timeout",
  "start-period": "StartPeriod",
  "start-interval": "StartInterval",
} as const;

/** `[--interval=… --timeout=… --start-period=… --start-interval=… --retries=…] CMD command`, or `NONE`. */
export function parseHealthCheck(text: string, place: Place): HealthCheckFields {
  const { flags, rest } = readFlags(text);
  const [, kind = "", command = ""] = /^(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (kind.toUpperCase() === "NONE") {
    if (flags.size > 0 || command !== "") throw invalid(place, "HEALTHCHECK NONE takes no arguments");
    return { test: "NONE" };
  }
  if (kind.toUpperCase() !== "CMD") throw invalid(place, `unknown type "${kind}" of HEALTHCHECK (try CMD)`);
  if (command === "") throw invalid(place, "HEALTHCHECK CMD needs a command");
  return { test: parseCommand(command), ...readTimes(flags, place) };
}

function readTimes(flags: ReadonlyMap<string, string>, place: Place): Omit<HealthCheckFields, "test"> {
  const times: Record<string, number> = {};
  for (const [flag, value] of flags) {
    const field = durations[flag as keyof typeof durations];
    if (field !== undefined) setUnlessZero(times, field, parseDuration(value, `--${flag}`, place));
    else if (flag === "retries") setUnlessZero(times, "Retries", parseRetries(value, place));
    else throw unsupported(place, `the flag --${flag} of HEALTHCHECK`);
  }
  return times;
}

/** Zero means "the default", which image configurations express by leaving the field out. */
function setUnlessZero(times: Record<string, number>, field: string, value: number): void {
  if (value !== 0) times[field] = value;
}

function parseRetries(value: string, place: Place): number {
  if (!/^\d{1,9}$/.test(value)) throw invalid(place, `--retries must be a whole number, not "${value}"`);
  return Number(value);
}
