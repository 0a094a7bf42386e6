import { isDeepStrictEqual } from "node:util";
import { expandVariables } from "../task-definition/expand.ts";
import { loadTaskDefinitionFile } from "../task-definition/load-file.ts";
import type { LoadedTaskDefinition } from "../task-definition/loaded.ts";
import type { Masker } from "./mask.ts";
import { maskValues } from "./mask-values.ts";

/** A task definition file as a trace keeps it. */
export interface MaskedFile {
  readonly text: string;
  /** Whether the text has the values of variables in it already, so that the run it replays needs none. */
  readonly expanded: boolean;
}

/**
 * The text that a run reads as it read the file, with pseudonyms in the places of secrets. Of a file that cannot be
 * parsed only the form is kept: where its secrets are is not known.
 * @param variables `NAME=value`, whose values count as part of the texts that they are put in
 */
export async function maskFile(
  path: string,
  bytes: Buffer,
  variables: readonly string[],
  masker: Masker,
): Promise<MaskedFile> {
  const loaded = await loadTaskDefinitionFile(path, async () => bytes).catch(() => undefined);
  if (loaded === undefined || !isJson(loaded.document)) return { text: formOf(bytes), expanded: false };
  const document = expandedDocument(loaded, variables);
  const masked = document === undefined ? placesIn(loaded.document) : maskValues(document, masker);
  return { text: JSON.stringify(masked, null, 1), expanded: document !== undefined };
}

/** `undefined` where the run refuses the variables: it then says which places have none. */
function expandedDocument(loaded: LoadedTaskDefinition, variables: readonly string[]): unknown {
  try {
    return expandVariables(loaded, variables).document;
  } catch {
    return undefined;
  }
}

function isJson(document: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(JSON.stringify(document)), document);
  } catch {
    return false;
  }
}

/** The document with nothing in its texts but places for variables. */
function placesIn(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === "string" ? (value.match(/\$\$\{|\$\{[A-Za-z_]\w*\}/g) ?? ["x"]).join("") : value,
  );
}

/** Every letter and digit is one like it: lines, columns and what is wrong with them stay. */
function formOf(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/\p{L}/gu, "x").replace(/\p{N}/gu, "1");
}
