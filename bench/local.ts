/**
 * `local.ready`: from the start of the process `ecs-pipeline local` to the first call that it answers, milliseconds.
 * `local.rss-idle`: its resident memory one second after that call, MiB; its reaper's process is a row of its own.
 * `local.rss-touched`: the same one second after each of its services has answered a call.
 * The peer is a bare node:http server, started and asked the same way.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { printedEndpoint } from "./bare-server.ts";
import { rssMib } from "./process-memory.ts";
import { type MeasureOptions, type Row, spread } from "./rows.ts";
import { touchEveryService } from "./touch.ts";

const CLI = resolve(import.meta.dirname, "../scripts/dist/cli.js");
const BARE = `
const server = require("node:http").createServer((request, response) => response.end());
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ endpoint: "http://127.0.0.1:" + server.address().port }, null, 2)));
process.stdin.resume().on("close", () => process.exit(0));`;

interface Sample {
  readonly readyMs: number;
  readonly rssMib: number;
  readonly touchedRssMib: number;
  readonly reaperRssMib: number;
}

export async function measureLocal({ runs, note }: MeasureOptions): Promise<Row[]> {
  let touched: readonly string[] = [];
  const ours: Sample[] = [];
  const bare: Sample[] = [];
  // Alternating, so that whatever else the machine does meets both alike.
  for (let run = 0; run < runs; run += 1) {
    ours.push(
      await sample(
        [CLI, "local", "--port", "0", "--until-stdin-ends", "--json"],
        "/_localcloud/journal",
        async (at) => {
          touched = await touchEveryService(at);
        },
      ),
    );
    bare.push(await sample(["-e", BARE], "/", async () => {}));
  }
  note(`local.rss-touched: ${touched.length} services, ${touched.join(", ")}`);
  const row = (name: string, unit: string, key: keyof Sample, peerKey: keyof Sample = key): Row => ({
    name,
    unit,
    ...spread(ours.map((taken) => taken[key])),
    peer: { name: "bare node:http server", ...spread(bare.map((taken) => taken[peerKey])) },
  });
  return [
    row("local.ready", "ms", "readyMs"),
    row("local.rss-idle", "MiB", "rssMib"),
    row("local.rss-touched", "MiB", "touchedRssMib"),
    row("local.rss-reaper", "MiB", "reaperRssMib", "rssMib"),
  ];
}

async function sample(
  args: readonly string[],
  path: string,
  touch: (endpoint: string) => Promise<void>,
): Promise<Sample> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"] });
  const endpoint = await printedEndpoint(child);
  await (await fetch(`${endpoint}${path}`)).arrayBuffer();
  const readyMs = performance.now() - startedAt;
  await sleep(1000);
  const [reaper] = await childrenOf(child.pid ?? 0);
  const idle = await rssMib(child.pid ?? 0);
  const reaperRssMib = reaper === undefined ? 0 : await rssMib(reaper);
  await touch(endpoint);
  await sleep(1000);
  const taken = { readyMs, rssMib: idle, touchedRssMib: await rssMib(child.pid ?? 0), reaperRssMib };
  child.stdin?.end();
  await once(child, "close");
  return taken;
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isSafeInteger);
  const parents = await Promise.all(
    pids.map(async (pid) => ({ pid, stat: await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "") })),
  );
  return parents
    .filter(({ stat }) => Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent)
    .map(({ pid }) => pid);
}
