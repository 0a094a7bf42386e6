/**
 * With RECORD_TRACES the tests of failures record one run of each kind (themes.ts), one runtime each, as
 * tests/traces/failures/<name>.jsonl, and replace what is there once the failure was told as it must be. A trace is then a
 * test (tests/traces/replay.test.ts), and a part of docs/reliability.md (tools/reliability-doc.ts). A failure needs
 * nothing for it but its name; a run whose input is refused calls nothing, and has no trace.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { RuntimeKind } from "../../demo/cli.ts";
import type { Failure } from "./failure.ts";
import { recordedFailures } from "./themes.ts";

/** What is put beside it is no failure's, and stays. */
const folder = new URL("../traces/failures/", import.meta.url);

/** The one that shows most: what an application wrote, how it was asked for its health. */
const preferred: readonly RuntimeKind[] = ["process", "simulated", "docker"];

export interface Recording extends AsyncDisposable {
  /** For the run that goes wrong, before its own. */
  readonly flags: readonly string[];
  /** Puts the trace in its place. */
  keep(): Promise<void>;
}

/** What the run of a failure needs to be recorded; nothing where it is not asked for. */
export async function recording({ name, runtimes }: Failure, runtime: RuntimeKind): Promise<Recording> {
  const chosen = preferred.find((kind) => runtimes.includes(kind));
  const nothing = async () => undefined;
  if (!process.env.RECORD_TRACES || runtime !== chosen || !(await isRecorded(name))) {
    return { flags: [], keep: nothing, [Symbol.asyncDispose]: nothing };
  }
  const trace = traceOf(name);
  await mkdir(folder, { recursive: true });
  const unfinished = `${trace}.${process.pid}.unfinished`;
  return {
    flags: ["--record", unfinished],
    async keep() {
      await rm(trace, { force: true });
      if (existsSync(unfinished)) await rename(unfinished, trace);
    },
    [Symbol.asyncDispose]: () => rm(unfinished, { force: true }),
  };
}

async function isRecorded(name: string): Promise<boolean> {
  return (await recordedFailures()).some((failure) => failure.name === name);
}

/** The path of a failure's trace. */
export function traceOf(name: string): string {
  return fileURLToPath(new URL(`${slugOf(name)}.jsonl`, folder));
}

/** `exits after a minute` → `exits-after-a-minute` */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
