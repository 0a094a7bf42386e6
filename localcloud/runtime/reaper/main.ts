/**
 * The reaper: a small process of its own that outlives the local cloud by a moment, so that nothing else does.
 *
 * Its standard input is a pipe that only the local cloud holds. Lines on it say what to end: `group PID` for a process
 * group that was started, `forget PID` for one that has ended. When the pipe ends, because the local cloud closed it
 * or was killed in whatever way, the groups are killed, then whatever else belongs to the state folder, and the
 * folder is removed. Started by `startReaper` with the state folder as its only argument.
 */
import { createInterface } from "node:readline";
import { ownerOf } from "./owner.ts";
import { reap } from "./state-folder.ts";

const stateFolder = process.argv[2];
// It removes this folder with all that is in it: better not by mistake.
if (stateFolder === undefined || ownerOf(stateFolder) === undefined) {
  process.stderr.write(`not a state folder of the local cloud: ${stateFolder}\n`);
  process.exit(2);
}

// A Ctrl-C goes to everything in the foreground; the reaper's time comes when the local cloud has ended.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
// The local cloud may be killed before it has read that the reaper is ready.
process.stdout.on("error", () => undefined);

const groups = new Set<number>();

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [verb, pid] = line.split(" ");
    if (verb === "group") groups.add(Number(pid));
    else if (verb === "forget") groups.delete(Number(pid));
  })
  .on("close", async () => {
    try {
      await reap(stateFolder, groups);
      process.exit(0);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
    }
  });

process.stdout.write("ready\n");
