/**
 * What a local cloud has in an engine and no label can say: where the engine is, and which images it pulled. Kept in the
 * state folder, so that whoever removes that (the reaper, a later start's sweep) removes these first.
 */
import { appendFile, readFile } from "node:fs/promises";
import * as v from "valibot";
import type { EngineAddress } from "./endpoint.ts";
import { ledgerFile } from "./ledger-file.ts";

const lineSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.object({
      engine: v.union([v.object({ socketPath: v.string() }), v.object({ host: v.string(), port: v.number() })]),
    }),
    v.object({ image: v.string() }),
  ]),
);

export interface EngineLedger {
  readonly address: EngineAddress;
  readonly images: readonly string[];
}

export function writeEngine(stateFolder: string, engine: EngineAddress): Promise<void> {
  return append(stateFolder, { engine });
}

/** To be called before the image is pulled: a pull that is cut off may leave it. */
export function writeImage(stateFolder: string, image: string): Promise<void> {
  return append(stateFolder, { image });
}

/** `undefined` for a local cloud that used no engine. A last line that was cut off is passed over. */
export async function readLedger(stateFolder: string): Promise<EngineLedger | undefined> {
  const text = await readFile(ledgerFile(stateFolder), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  let address: EngineAddress | undefined;
  const images: string[] = [];
  for (const line of text.split("\n")) {
    const { success, output } = v.safeParse(lineSchema, line);
    if (!success) continue;
    if ("engine" in output) address = output.engine;
    else images.push(output.image);
  }
  return address === undefined ? undefined : { address, images };
}

function append(stateFolder: string, entry: object): Promise<void> {
  return appendFile(ledgerFile(stateFolder), `${JSON.stringify(entry)}\n`);
}
