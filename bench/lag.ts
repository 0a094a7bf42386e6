/**
 * `lag.deployed`, `lag.failed`: from the end of a deployment, by its own `updatedAt`, until `deployService` has answered
 * with its verdict and its reasons; seconds of AWS's time. 40 deployments that succeed and 40 that the circuit breaker
 * rolls back, of 20 to 180 s by a fixed seed, to ten services at once. `lag.calls`: the calls that one watch makes a
 * second, from the answer of UpdateService to its verdict, whatever their service.
 *
 * Engine, local cloud and peers are in one process and on one virtual clock, which jumps to what falls due next
 * whenever no request is under way; the requests are real HTTP, and each takes a tenth of a second of that clock. So
 * the figures hold no time of this machine's, and the whole takes seconds. The peers wait for the same deployments
 * from the same moment on: the SDK's `waitUntilServicesStable` with its own delays, and what `aws ecs wait
 * services-stable` does, a call every 15 s. Neither can tell that a deployment failed: they end when the rollback has.
 */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { LagSample } from "./lag/run.ts";
import { type MeasureOptions, type Row, spread } from "./rows.ts";

const run = promisify(execFile);
const GIVE_UP_MS = 3 * 60_000;
const PEERS = { waiter: "SDK waitUntilServicesStable", poll: "a call every 15 s" } as const;

export async function measureLag({ note }: MeasureOptions): Promise<Row[]> {
  const program = resolve(import.meta.dirname, "lag/run.ts");
  // Time would stand still for ever where a call waited for it.
  const { stdout } = await run(process.execPath, [program], { maxBuffer: 2 ** 24, timeout: GIVE_UP_MS });
  const samples = JSON.parse(stdout) as LagSample[];
  const seconds = spread(samples.map((sample) => sample.seconds));
  note(`lag: ${samples.length} deployments, median ${seconds.median} s, p95 ${seconds.p95} s`);
  const peers = Object.keys(PEERS) as (keyof typeof PEERS)[];
  return peers.flatMap((peer) => [
    lagRow(
      "lag.deployed",
      samples.filter(({ expected }) => expected === "deployed"),
      peer,
    ),
    lagRow(
      "lag.failed",
      samples.filter(({ expected }) => expected === "rolled-back"),
      peer,
    ),
    {
      name: "lag.calls",
      unit: "/s",
      ...spread(samples.map(({ engine }) => engine.callsPerSecond)),
      peer: { name: PEERS[peer], ...spread(samples.map((sample) => sample[peer].callsPerSecond)) },
    },
  ]);
}

function lagRow(name: string, samples: readonly LagSample[], peer: keyof typeof PEERS): Row {
  return {
    name,
    unit: "s",
    ...spread(samples.map(({ engine }) => engine.lag)),
    peer: { name: PEERS[peer], ...spread(samples.map((sample) => sample[peer].lag)) },
  };
}
