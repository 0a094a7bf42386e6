import { nearMiss } from "../platform/near-miss.ts";
import { isSecretName } from "../task-definition/mask.ts";
import type { Masker } from "./mask.ts";

/** What the strings of a part of a document are. */
type Kind =
  /** Names, ARNs, states. */
  | "open"
  /** Environment variables and the like: each `value` is hidden. */
  | "pairs"
  /** Maps and lists whose values are hidden. */
  | "hidden"
  /** Options of log drivers, of which those of awslogs say where the log is. */
  | "log-options"
  /** Commands: their words, in which people put secrets. */
  | "words"
  /** What AWS says for people. */
  | "text"
  /** What a container wrote. */
  | "log";

const kinds: Readonly<Record<string, Kind>> = {
  environment: "pairs",
  dockerLabels: "hidden",
  labels: "hidden",
  driverOpts: "hidden",
  options: "log-options",
  command: "words",
  entryPoint: "words",
  message: "text",
  reason: "text",
  stoppedReason: "text",
  statusReason: "text",
  rolloutStateReason: "text",
};

/** What has values of containers in it. */
const holders = ["environment", "dockerLabels", "driverOpts", "options", "command", "entryPoint"];

const names = new Set(["cluster", "clusterName", "containerName", "family", "image", "service", "serviceName"]);
const pointer = /(?:Arn|Parameter|valueFrom)$/i;

/**
 * A copy of what an API call takes or answers, or of a task definition, with pseudonyms in the places of secrets: see
 * docs/traces.md for which. Dates and bytes stay.
 * @param operation whose it is
 */
export function maskValues(value: unknown, masker: Masker, operation = ""): unknown {
  return walk(value, operation === "GetLogEvents" ? "log" : "open", "", masker);
}

function walk(value: unknown, kind: Kind, key: string, masker: Masker): unknown {
  if (typeof value === "string") return maskString(value, kind, key, masker);
  if (typeof value === "number" && (kind === "hidden" || kind === "pairs")) return masker.hideNumber(value);
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  if (kind === "words" && Array.isArray(value)) return maskWords(value, masker);
  if (Array.isArray(value)) return value.map((item) => walk(item, kind, key, masker));
  const label = labelOf(value);
  const members = Object.entries(value).map(([name, member]) => {
    const secret = name === "value" && isSecretName(label);
    return [masker.open(name), walk(member, secret ? "hidden" : kindOf(name, kind), name, masker)] as const;
  });
  return Object.fromEntries(members);
}

/** The name that belongs to a value beside it: of a variable, of a tag. */
function labelOf(value: object): string {
  const { name, key } = value as { name?: unknown; key?: unknown };
  return typeof name === "string" ? name : typeof key === "string" ? key : "";
}

function kindOf(name: string, around: Kind): Kind {
  if (around === "hidden") return "hidden";
  if (around === "log-options") return name.startsWith("awslogs-") ? "open" : "hidden";
  if (around === "log") return "log";
  return kindNamed(name) ?? (around === "pairs" ? "pairs" : "open");
}

/** Also of a name that is misspelt: the run refuses it, and its file is kept all the same. */
function kindNamed(name: string): Kind | undefined {
  if (Object.hasOwn(kinds, name)) return kinds[name];
  const meant = nearMiss(name, holders);
  return meant === undefined ? undefined : kinds[meant];
}

function maskString(text: string, kind: Kind, key: string, masker: Masker): string {
  if (kind === "hidden") return masker.hide(text);
  if (kind === "log" && key === "message") return masker.guess(text);
  // Whatever else is in a pair, however it is spelt, may be its value.
  if (kind === "pairs" && key.toLowerCase() !== "name") return masker.hide(text);
  if (kind === "words") return masker.guess(text);
  if (kind === "text") return masker.text(text);
  if (isSecretName(key) && !pointer.test(key)) return masker.hide(text);
  if (names.has(key)) masker.name(text);
  return masker.open(text);
}

/** What follows `--password`, or stands behind `password=`, is one secret, whatever signs are in it. */
export function maskWords(words: readonly unknown[], masker: Masker): unknown {
  return words.map((word, index) => {
    const before = words[index - 1];
    if (typeof word !== "string") return maskValues(word, masker);
    if (typeof before === "string" && /^[\w-]+$/.test(before) && isSecretName(before)) return masker.hide(word);
    const [, name = "", value] = /^([\w-]+=)([\s\S]+)$/.exec(word) ?? [];
    if (value !== undefined && isSecretName(name)) return `${name}${masker.hide(value)}`;
    return masker.guess(word);
  });
}
