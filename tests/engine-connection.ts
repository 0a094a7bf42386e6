/** The Docker engine of this machine, as tests find it and clean up after themselves. */
import * as v from "valibot";
import { engineAddress } from "../localcloud/runtime/docker/endpoint.ts";
import { Engine, EngineError } from "../localcloud/runtime/docker/engine.ts";

/** On everything that tests make in the engine; its value is the run's. */
export const LABEL = "ecs-pipeline.test";

const labels = v.nullish(v.record(v.string(), v.string()));
const containersSchema = v.array(v.object({ Id: v.string(), Labels: labels }));
const imagesSchema = v.array(v.object({ Id: v.string(), RepoTags: v.nullish(v.array(v.string())), Labels: labels }));

export async function findEngine(): Promise<{ engine: Engine | undefined; why: string }> {
  try {
    return { engine: await Engine.connect(await engineAddress(process.env)), why: "" };
  } catch (error) {
    return { engine: undefined, why: error instanceof Error ? error.message : String(error) };
  }
}

/** The runs of which something is in the engine. */
export async function runsOf(engine: Engine): Promise<Set<string>> {
  const found = [...(await containers(engine, LABEL)), ...(await images(engine, LABEL))];
  return new Set(found.flatMap(({ Labels }) => Labels?.[LABEL] ?? []));
}

export async function removeLabelled(engine: Engine, run: string): Promise<void> {
  const label = `${LABEL}=${run}`;
  for (const { Id } of await containers(engine, label))
    await engine.call("DELETE", `/containers/${Id}`, { query: { force: "1", v: "1" } });
  for (const { Id, RepoTags } of await images(engine, label))
    for (const name of RepoTags?.length ? RepoTags : [Id])
      await engine.call("DELETE", `/images/${encodeURIComponent(name)}`, { query: { force: "1" } }).catch(unlessGone);
}

/** The name of an image may go with another one of it. */
function unlessGone(error: unknown): void {
  if (!(error instanceof EngineError && error.status === 404)) throw error;
}

function containers(engine: Engine, label: string) {
  return engine.json(containersSchema, "GET", "/containers/json", { query: { all: "1", filters: filter(label) } });
}

function images(engine: Engine, label: string) {
  return engine.json(imagesSchema, "GET", "/images/json", { query: { filters: filter(label) } });
}

function filter(label: string): string {
  return JSON.stringify({ label: [label] });
}
