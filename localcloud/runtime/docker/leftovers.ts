/** What an ended local cloud has left in an engine is removed with its state folder. */
import { access } from "node:fs/promises";
import { ledgerFile } from "./ledger-file.ts";

/**
 * Removes the containers that carry the state folder's name and the images that its local cloud pulled. An engine that
 * does not answer any more has no running containers of ours; what is left of them goes with the next start's sweep.
 */
export async function removeLeftovers(stateFolder: string): Promise<void> {
  if (!(await exists(ledgerFile(stateFolder)))) return;
  // The reaper starts with every local cloud; what talks to engines is loaded only where one was used.
  const { removeFromEngine } = await import("./removal.ts");
  await removeFromEngine(stateFolder);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
