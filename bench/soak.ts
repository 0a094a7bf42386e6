/**
 * `node bench/soak.ts [MINUTES]` (default 10): a local cloud of processes and one of simulated tasks, each under API
 * calls, pushes and pulls, deployments, traffic, faults and clients that go away. Ends with 1 where one of them holds
 * more at the end than at the beginning, or failed at anything that was not injected. docs/local-cloud.md, "What it refuses".
 */
import { cpus, loadavg } from "node:os";
import { type Soaked, soak } from "./soak/soak.ts";
import { plateau, verdict } from "./soak/verdict.ts";

const HEAP_MIB = 192;

const minutes = Number(process.argv[2] ?? 10);
if (!(minutes > 0)) throw new Error("usage: node bench/soak.ts [MINUTES]");

// On a machine with much memory V8 leaves garbage lying for as long as a soak takes. What is really kept has room enough.
process.env.NODE_OPTIONS = `--max-old-space-size=${HEAP_MIB}`;
const runtimes = ["process", "simulated"] as const;
const startedAt = new Date().toISOString();
const results = await Promise.all(runtimes.map((runtime) => soak(runtime, minutes * 60)));
process.stdout.write(
  `${minutes} min from ${startedAt}, ${cpus().length} CPUs, load average ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}\n`,
);
for (const [index, runtime] of runtimes.entries()) {
  const soaked = results[index];
  if (soaked === undefined) continue;
  const wrong = verdict(soaked);
  process.stdout.write(`\n${runtime}: ${wrong.length === 0 ? "well" : "NOT WELL"}\n${table(soaked)}\n`);
  for (const sentence of wrong) process.stdout.write(`  ${sentence}\n`);
  if (wrong.length > 0) process.exitCode = 1;
}

function table({ before, after, samples, rounds, requests, failures }: Soaked): string {
  const { early, late, mibPerMinute } = plateau(samples);
  const row = (what: string, ...values: (string | number)[]) => `  ${what.padEnd(18)} ${values.join(" → ")}`;
  return [
    row(
      "resident MiB",
      before.rssMib.toFixed(0),
      `${early.toFixed(0)} warm`,
      `${late.toFixed(0)} (${mibPerMinute.toFixed(1)} a minute)`,
      after.rssMib.toFixed(0),
    ),
    row("open files", before.openFiles, after.openFiles),
    row("processes", before.processes, after.processes),
    row("temporary files", before.temporaryFiles, after.temporaryFiles),
    row("journal entries", before.journalEntries, after.journalEntries),
    row("requests", requests),
    row(
      "rounds",
      Object.entries(rounds)
        .map(([name, count]) => `${name} ${count}`)
        .join(", "),
    ),
    row("failures", failures.length),
  ].join("\n");
}
