import { commandWords } from "../task-definition/command-words.ts";
import type { Masker } from "./mask.ts";
import { maskValues, maskWords } from "./mask-values.ts";

const hiddenPairs = new Set(["environment-variables", "docker-labels"]);

/**
 * A run's input as a trace keeps it, by its kebab-case names: without values that belong to containers, and without what
 * is about the recording itself.
 */
export function maskInput(input: Readonly<Record<string, unknown>>, masker: Masker): Record<string, unknown> {
  const kept = Object.entries(input).filter(([name, value]) => value !== undefined && !about.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, maskOne(name, value, masker)]));
}

const about = new Set(["record", "mask-account-ids"]);
/** Where secrets are, and how the container calls them. */
const pointers = new Set(["secrets", "remove-secrets"]);

function maskOne(name: string, value: unknown, masker: Masker): unknown {
  if (name === "variables") return eachPair(value, (_, text) => masker.hide(text), masker, /^[A-Za-z_]\w{0,39}$/);
  if (hiddenPairs.has(name)) return eachPair(value, (_, text) => masker.hide(text), masker);
  if (pointers.has(name)) return eachPair(value, (_, text) => masker.open(text), masker);
  if (name === "log-configuration-options") {
    const option = (key: string, text: string) => (key.startsWith("awslogs-") ? masker.open(text) : masker.hide(text));
    return eachPair(value, option, masker);
  }
  if (name === "task-definition-tags") {
    const tag = (key: string, text: string) => (maskValues({ key, value: text }, masker) as { value: string }).value;
    return eachPair(value, tag, masker);
  }
  if (name === "command" && typeof value === "string") return maskCommand(value, masker);
  if (name === "container-name" && typeof value === "string") masker.name(value);
  const [masked] = Object.values(maskValues({ [name]: value }, masker) as Record<string, unknown>);
  return masked;
}

/**
 * `name=value` items; what is none is refused by the run, and may be a further line of a value.
 * @param alone names that may stand without a value
 */
function eachPair(
  items: unknown,
  mask: (name: string, value: string) => string,
  masker: Masker,
  alone = /^(?!)/,
): unknown {
  if (!Array.isArray(items)) return items;
  return items.map((item: unknown) => {
    if (typeof item !== "string") return item;
    const [name = ""] = item.split("=", 1);
    if (name === item) return alone.test(item) ? item : masker.hide(item);
    return `${name}=${mask(name, item.slice(name.length + 1))}`;
  });
}

/** As the JSON list that a command may be given as. */
function maskCommand(command: string, masker: Masker): string {
  try {
    return JSON.stringify(maskWords(commandWords(command), masker));
  } catch {
    // The run refuses it for its form, which is kept.
    return command.replace(/[\p{L}\p{N}]/gu, "x");
  }
}
