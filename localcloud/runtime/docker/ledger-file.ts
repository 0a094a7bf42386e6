import { join } from "node:path";

/** In the state folder of every local cloud that uses an engine, and of no other. */
export function ledgerFile(stateFolder: string): string {
  return join(stateFolder, "engine.jsonl");
}
