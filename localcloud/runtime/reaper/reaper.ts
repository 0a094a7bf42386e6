import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { reap } from "./state-folder.ts";

/** What ends everything that a local cloud started, however the local cloud itself ends. */
export interface Reaper {
  /** A process group was started: kill it in the end. */
  group(pid: number): void;
  /** A process group has ended; its number may be somebody else's soon. */
  forget(pid: number): void;
  /** Kills what is left, removes the state folder, and resolves when both are done. */
  close(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Starts the reaper's process and resolves when it watches. It does not keep the local cloud's process alive.
 *
 * @param options.entry the path of reaper/main, as source or bundled.
 * @param options.stateFolder what `createStateFolder` made.
 * @throws {Error} with the reaper's own words when it does not start.
 */
export async function startReaper(options: { entry: string; stateFolder: string }): Promise<Reaper> {
  const { entry, stateFolder } = options;
  // A session of its own keeps the terminal's signals away; an empty environment, credentials.
  const child = spawn(process.execPath, [entry, stateFolder], {
    detached: true,
    cwd: "/",
    env: {},
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  await ready(child, ended);
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
  const groups = new Set<number>();
  const tell = (line: string) => {
    if (child.stdin.writable) child.stdin.write(`${line}\n`);
  };
  // Somebody killed the reaper: close() then does its work, and the next start's sweep would.
  child.stdin.on("error", () => child.stdin.destroy());

  return {
    group(pid) {
      groups.add(pid);
      tell(`group ${pid}`);
    },
    forget(pid) {
      groups.delete(pid);
      tell(`forget ${pid}`);
    },
    async close() {
      child.ref();
      child.stdin.end();
      if ((await ended) !== 0) await reap(stateFolder, groups);
    },
  };
}

async function ready(child: Child, ended: Promise<number | null>): Promise<void> {
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => {
    complaint += text.toString();
  });
  const first = await Promise.race([once(child.stdout, "data"), ended]);
  if (!Array.isArray(first)) throw new Error(`the reaper did not start (exit code ${first}): ${complaint.trim()}`);
  child.stdout.resume();
}
