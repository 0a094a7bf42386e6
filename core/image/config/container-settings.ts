import { constants } from "node:os";
import { posix } from "node:path";
import type {
  AssigningInstruction,
  CommandInstruction,
  CommandLine,
  HealthCheckInstruction,
  WordInstruction,
} from "../dockerfile/instruction.ts";
import { invalid, type Place } from "../dockerfile/place.ts";
import type { ContainerConfig } from "./image-configuration.ts";

type Change<Instruction> = (config: ContainerConfig, instruction: Instruction) => ContainerConfig;

/** ENV: a name that is there keeps its place. */
export const setEnvironment: Change<Pick<AssigningInstruction, "assignments">> = (config, { assignments }) => {
  const variables = new Map((config.Env ?? []).map((entry) => [entry.split("=", 1)[0] ?? "", entry]));
  for (const { name, value } of assignments) variables.set(name, `${name}=${value}`);
  return { ...config, Env: [...variables.values()] };
};

export const setLabels: Change<Pick<AssigningInstruction, "assignments">> = (config, { assignments }) => {
  const added = assignments.map(({ name, value }) => [name, value] as const);
  return { ...config, Labels: sortedByName([...Object.entries(config.Labels ?? {}), ...added]) };
};

/** EXPOSE: `8080`, `8080/udp`, `8080-8090`. */
export const exposePorts: Change<Pick<WordInstruction, "word" | "place">> = (config, { word, place }) => {
  const added = word.split(/\s+/).flatMap((port) => portsOf(port, place));
  const entries = [...Object.keys(config.ExposedPorts ?? {}), ...added].map((port) => [port, {}] as const);
  return { ...config, ExposedPorts: sortedByName(entries) };
};

function portsOf(text: string, place: Place): string[] {
  const [, from, to = from, protocol = "tcp"] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
  const first = Number(from);
  const last = Number(to);
  if (from === undefined || first < 1 || last > 65_535 || last < first) {
    throw invalid(place, `"${text}" is no port to expose`);
  }
  return Array.from({ length: last - first + 1 }, (_, offset) => `${first + offset}/${protocol.toLowerCase()}`);
}

/** VOLUME */
export const addVolumes: Change<{ readonly paths: readonly string[]; readonly place: Place }> = (
  config,
  { paths, place },
) => {
  if (paths.some((path) => path.trim() === "")) throw invalid(place, "VOLUME specified can not be an empty string");
  const entries = [...Object.keys(config.Volumes ?? {}), ...paths].map((path) => [path, {}] as const);
  return { ...config, Volumes: sortedByName(entries) };
};

/** WORKDIR: a relative one builds on the one before. */
export const setWorkingDirectory: Change<Pick<WordInstruction, "word" | "place">> = (config, { word, place }) => {
  if (word === "") throw invalid(place, "WORKDIR is empty");
  return { ...config, WorkingDir: posix.resolve("/", config.WorkingDir ?? "", word) };
};

export const setUser: Change<Pick<WordInstruction, "word" | "place">> = (config, { word, place }) => {
  if (word === "") throw invalid(place, "USER is empty");
  return { ...config, User: word };
};

export const setStopSignal: Change<Pick<WordInstruction, "word" | "place">> = (config, { word, place }) => {
  const name = word.toUpperCase().replace(/^(?!SIG)/, "SIG");
  const known = name in constants.signals || /^SIGRTM(IN(\+\d{1,2})?|AX(-\d{1,2})?)$/.test(name);
  const number = /^\d{1,2}$/.test(word) && Number(word) >= 1 && Number(word) <= 64;
  if (!known && !number) throw invalid(place, `"${word}" is no signal`);
  return { ...config, StopSignal: word };
};

/**
 * CMD and ENTRYPOINT. An ENTRYPOINT takes away the CMD of the base, which was meant for another one.
 *
 * @param ownCommand whether this Dockerfile itself has set a CMD before
 */
export function setCommand(
  config: ContainerConfig,
  { name, command }: Pick<CommandInstruction, "name" | "command">,
  ownCommand: boolean,
): ContainerConfig {
  const line = argumentsOf(command, config);
  if (name === "CMD") return { ...config, Cmd: line };
  const { Cmd, ...rest } = config;
  return { ...rest, Entrypoint: line, ...(ownCommand && Cmd !== undefined ? { Cmd } : {}) };
}

export const setHealthCheck: Change<Pick<HealthCheckInstruction, "healthCheck">> = (config, { healthCheck }) => {
  const { test, ...times } = healthCheck;
  if (test === "NONE") return { ...config, Healthcheck: { Test: ["NONE"] } };
  const Test = "exec" in test ? ["CMD", ...test.exec] : ["CMD-SHELL", test.shell];
  return { ...config, Healthcheck: { Test, ...times } };
};

function argumentsOf(command: CommandLine, { Shell }: ContainerConfig): readonly string[] {
  if ("exec" in command) return command.exec;
  return [...(Shell ?? ["/bin/sh", "-c"]), command.shell];
}

/** Later entries win. Sorted, so that the configuration does not depend on the order in the Dockerfile. */
function sortedByName<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  const latest = [...new Map(entries)];
  return Object.fromEntries(latest.sort(([a], [b]) => (a < b ? -1 : 1)));
}
