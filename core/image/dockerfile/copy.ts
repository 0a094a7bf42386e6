import { parseStringList } from "./command-line.ts";
import { readFlags } from "./flags.ts";
import type { CopyInstruction } from "./instruction.ts";
import { invalid, type Place, unsupported } from "./place.ts";

/** `link` only tells Docker how to store the layer; the files are the same. */
const flagsOf = { COPY: new Set(["chown", "chmod", "from", "link"]), ADD: new Set(["chown", "chmod", "link"]) };

/** `[--chown=…] source … destination`, or the same as a JSON list, for names with blanks. */
export function parseCopy(
  name: CopyInstruction["name"],
  text: string,
  place: Place,
): Pick<CopyInstruction, "from" | "chown" | "chmod" | "sources" | "destination"> {
  const { flags, rest } = readFlags(text);
  for (const flag of flags.keys()) {
    if (!flagsOf[name].has(flag)) throw unsupported(place, `the flag --${flag} of ${name}`);
  }
  const words = parseStringList(rest) ?? rest.split(/\s+/).filter((word) => word !== "");
  if (words.some((word) => word.startsWith("<<"))) throw unsupported(place, "a heredoc");
  const sources = words.slice(0, -1);
  const destination = words.at(-1);
  if (destination === undefined || sources.length === 0) {
    throw invalid(place, `${name} needs at least two arguments: a source and a destination`);
  }
  if (name === "ADD") checkLocal(sources, place);
  return { from: flags.get("from"), chown: flags.get("chown"), chmod: flags.get("chmod"), sources, destination };
}

function checkLocal(sources: readonly string[], place: Place): void {
  if (sources.some((source) => /^(?:https?|git|ssh):\/\/|^git@/.test(source))) {
    throw unsupported(place, "ADD of what is elsewhere", "Use COPY of a file that is in the context");
  }
}
