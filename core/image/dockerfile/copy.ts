import { parseStringList } from "./command-line.ts";
import { readFlags } from "./flags.ts";
import type { CopyInstruction } from "./instruction.ts";
import { invalid, type Place, unsupported } from "./place.ts";

/** `[--chown=…] source … destination`, or the same as a JSON list, for names with blanks. */
export function parseCopy(text: string, place: Place): Pick<CopyInstruction, "chown" | "sources" | "destination"> {
  const { flags, rest } = readFlags(text);
  for (const flag of flags.keys()) {
    if (flag !== "chown") throw unsupported(place, `the flag --${flag} of COPY`);
  }
  const words = parseStringList(rest) ?? rest.split(/\s+/).filter((word) => word !== "");
  if (words.some((word) => word.startsWith("<<"))) throw unsupported(place, "a heredoc");
  const sources = words.slice(0, -1);
  const destination = words.at(-1);
  if (destination === undefined || sources.length === 0) {
    throw invalid(place, "COPY needs at least two arguments: a source and a destination");
  }
  return { chown: flags.get("chown"), sources, destination };
}
