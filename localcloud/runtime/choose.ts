/** Which runtime a local cloud gets: the one that was asked for, else docker where an engine can be used, else process. */
import type { Clock } from "../clock.ts";
import type { UsableEngine } from "./docker/usable-engine.ts";
import { processRuntime } from "./process.ts";
import type { Reaper } from "./reaper/reaper.ts";
import type { ImageSource, Runtime } from "./runtime.ts";

export interface RuntimeOptions {
  readonly images: ImageSource;
  readonly reaper: Reaper;
  readonly stateFolder: string;
  readonly clock: Clock;
  readonly onNote: (note: string) => void;
  /** For the local cloud's registry, as `docker login` would be given it. */
  readonly credentials: () => { readonly username: string; readonly password: string };
  /** Where the user's Docker engine is looked up. */
  readonly environment: NodeJS.ProcessEnv;
  /** Called with a defect. */
  readonly onBug: (error: unknown, what: string) => void;
}

export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** One sentence for people. */
  readonly why: string;
  /** The address at which containers reach this machine, where that is not 127.0.0.1. */
  readonly gateway: string | undefined;
}

/** Docker was asked for, and no engine can be used. */
class RuntimeUnavailable extends Error {
  readonly code = "RUNTIME_UNAVAILABLE";
}

/** @throws {RuntimeUnavailable} */
export async function chooseRuntime(
  wanted: "docker" | "process" | undefined,
  options: RuntimeOptions,
): Promise<ChosenRuntime> {
  if (wanted === "process") return processes(options, "tasks run as processes, as asked");
  // A local cloud without an engine need not load what talks to one.
  const { findUsableEngine } = await import("./docker/usable-engine.ts");
  const found = await findUsableEngine(options.environment);
  if (!("why" in found)) return containers(options, found);
  if (wanted === "docker") throw new RuntimeUnavailable(`no Docker engine can be used: ${found.why}`);
  return processes(options, `tasks run as processes; no Docker engine can be used: ${found.why}`);
}

function processes(options: RuntimeOptions, why: string): ChosenRuntime {
  return { runtime: processRuntime(options), why, gateway: undefined };
}

async function containers(options: RuntimeOptions, { engine, gateway }: UsableEngine): Promise<ChosenRuntime> {
  const [{ dockerRuntime }, { addressText }, { sweepEngine }] = await Promise.all([
    import("./docker.ts"),
    import("./docker/engine.ts"),
    import("./docker/removal.ts"),
  ]);
  const runtime = await dockerRuntime({ ...options, engine });
  sweepEngine(engine).catch((error) => options.onBug(error, "sweeping what an earlier local cloud left in the engine"));
  return { runtime, why: `tasks run as containers of the Docker engine at ${addressText(engine.address)}`, gateway };
}
