/** What a local cloud holds at one moment, from outside: /proc, its state folder and its own pages. Linux only. */
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processesOf } from "../../localcloud/runtime/reaper/processes.ts";
import { rssMib } from "../process-memory.ts";

/** Connections to targets, such as of a health check that is under way. */
const SPARE_FILES = 8;

export interface Sample {
  /** Since the soak began. */
  readonly seconds: number;
  readonly rssMib: number;
}

export interface Vitals {
  readonly rssMib: number;
  readonly openFiles: number;
  /** Of its tasks. */
  readonly processes: number;
  /** Folders of containers, uploads that are under way, and images that are being unpacked. */
  readonly temporaryFiles: number;
  readonly journalEntries: number;
}

/** Asks nothing of the local cloud: reading a long journal again and again would be what is measured. */
export async function sampleOf(pid: number, startedAt: number): Promise<Sample> {
  return { seconds: (performance.now() - startedAt) / 1000, rssMib: await rssMib(pid) };
}

export async function vitalsOf(pid: number, endpoint: string): Promise<Vitals> {
  const folder = await stateFolderOf(pid);
  const files = await Promise.all([
    entries(join(folder, "containers")),
    entries(join(folder, "registry", "uploads")),
    entries(join(folder, "images")).then((names) => names.filter((name) => name.endsWith(".partial"))),
  ]);
  const headers = { connection: "close" };
  const journal = (await (await fetch(`${endpoint}/_localcloud/journal`, { headers })).json()) as { calls: unknown[] };
  return {
    rssMib: await rssMib(pid),
    openFiles: (await readdir(`/proc/${pid}/fd`)).length,
    processes: (await processesOf(folder)).length,
    temporaryFiles: files.flat().length,
    journalEntries: journal.calls.length,
  };
}

/** @returns a sentence for each thing of which there is more than before. */
export function left(now: Vitals, before: Vitals): string[] {
  const counts = [
    ["open files", now.openFiles, before.openFiles + SPARE_FILES],
    ["processes", now.processes, before.processes],
    ["temporary files", now.temporaryFiles, before.temporaryFiles],
  ] as const;
  return counts.flatMap(([what, count, most]) => (count > most ? `${what}: ${count}, at most ${most} expected` : []));
}

async function stateFolderOf(pid: number): Promise<string> {
  const name = (await readdir(tmpdir())).find((entry) => entry.startsWith(`ecs-pipeline-local-${pid}-`));
  if (name === undefined) throw new Error(`The local cloud ${pid} has no state folder.`);
  return join(tmpdir(), name);
}

function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
