import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, ownerOf } from "../reaper/owner.ts";
import { Engine, EngineError } from "./engine.ts";
import { labelled } from "./labels.ts";
import { readLedger } from "./ledger.ts";

/** A container that was being made when its local cloud was killed appears within a moment. */
const SETTLE_MS = 200;
const MAX_ROUNDS = 20;

/** Removes what the local cloud of this state folder has in the engine that it used. */
export async function removeFromEngine(stateFolder: string): Promise<void> {
  const ledger = await readLedger(stateFolder);
  if (ledger === undefined) return;
  const engine = await Engine.connect(ledger.address).catch(() => undefined);
  if (engine === undefined) return;
  try {
    await removeContainers(engine, stateFolder);
    for (const { id } of await labelled(engine, "images", stateFolder)) await removeImage(engine, id);
    for (const image of new Set(ledger.images)) await removeImage(engine, image);
  } finally {
    engine.close();
  }
}

/**
 * Removes what local clouds left whose process is dead, such as after a power cut, whatever became of their folders.
 * An engine that goes away meanwhile, or that this local cloud lets go, is swept by the next one.
 */
export function sweepEngine(engine: Engine): Promise<void> {
  return unless([0], sweep(engine));
}

async function sweep(engine: Engine): Promise<void> {
  for (const { id, owner } of await labelled(engine, "containers"))
    if (isDead(owner)) await removeContainer(engine, id);
  for (const { id, owner } of await labelled(engine, "images")) if (isDead(owner)) await removeImage(engine, id);
}

/** Kills it where it runs. No error where it has gone or is being removed. */
export function removeContainer(engine: Engine, id: string): Promise<void> {
  return unless([404, 409], engine.call("DELETE", `/containers/${id}`, { query: { force: "1", v: "1" } }));
}

async function removeContainers(engine: Engine, stateFolder: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = await labelled(engine, "containers", stateFolder);
    if (found.length === 0 && round > 0) return;
    await Promise.all(found.map(({ id }) => removeContainer(engine, id)));
    await sleep(SETTLE_MS);
  }
}

/** One that is in use by somebody else's container stays theirs. */
function removeImage(engine: Engine, reference: string): Promise<void> {
  return unless([404, 409], engine.call("DELETE", `/images/${encodeURIComponent(reference)}`));
}

function isDead(owner: string): boolean {
  const pid = ownerOf(owner);
  return pid !== undefined && !isAlive(pid);
}

async function unless(statuses: readonly number[], call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof EngineError) || !statuses.includes(error.status)) throw error;
  }
}
