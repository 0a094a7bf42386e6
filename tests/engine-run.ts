/**
 * Vitest's global setup: names the run, so that what its tests make in the Docker engine carries a label by which it is
 * removed afterwards, and sweeps what a run that was killed left.
 */
import { randomUUID } from "node:crypto";
import type { TestProject } from "vitest/node";
import { findEngine, removeLabelled, runsOf } from "./engine-connection.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** `PID-UUID` of the run: the value of the label. */
    engineRun: string;
  }
}

export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const run = `${process.pid}-${randomUUID()}`;
  provide("engineRun", run);
  const { engine } = await findEngine();
  if (engine === undefined) return async () => {};
  for (const left of await runsOf(engine))
    if (!isAlive(Number(left.split("-", 1)[0]))) await removeLabelled(engine, left);
  return async () => {
    await removeLabelled(engine, run);
    engine.close();
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
