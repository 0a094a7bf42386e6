/** What everything that a local cloud makes in an engine is labelled with, so that it is found again. */
import { readlink } from "node:fs/promises";
import { basename } from "node:path";
import * as v from "valibot";
import type { Engine } from "./engine.ts";

/** Its value is the name of the local cloud's state folder. */
const OWNER = "ecs-pipeline.local-cloud";
/** A process id means something in its namespace only, and an engine may serve several. */
const NAMESPACE = "ecs-pipeline.pid-namespace";

export interface Labelled {
  readonly id: string;
  /** The name of the state folder. */
  readonly owner: string;
}

const labels = v.nullish(v.record(v.string(), v.string()));
const listSchema = v.array(v.object({ Id: v.string(), Labels: labels }));

export async function ownLabels(stateFolder: string): Promise<Record<string, string>> {
  return { [OWNER]: basename(stateFolder), [NAMESPACE]: await pidNamespace() };
}

/** The containers or images of one local cloud, or of all that share this one's process ids. */
export async function labelled(
  engine: Engine,
  what: "containers" | "images",
  stateFolder?: string,
): Promise<readonly Labelled[]> {
  const label = [
    stateFolder === undefined ? OWNER : `${OWNER}=${basename(stateFolder)}`,
    `${NAMESPACE}=${await pidNamespace()}`,
  ];
  const query = { all: what === "containers" ? "1" : "0", filters: JSON.stringify({ label }) };
  const found = await engine.json(listSchema, "GET", `/${what}/json`, { query });
  return found.map(({ Id, Labels }) => ({ id: Id, owner: Labels?.[OWNER] ?? "" }));
}

/** Where there is no /proc, all processes are in one namespace. */
async function pidNamespace(): Promise<string> {
  return readlink("/proc/self/ns/pid").catch(() => "one");
}
