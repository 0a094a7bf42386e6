/** Mixed load on one local cloud for a while, and what it holds before, meanwhile and afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../../demo/load.ts";
import { Stage } from "../../tests/e2e/stage.fixture.ts";
import { aborts, deployments, type Errand, faults, pushes, reads, soakClients } from "./errands.ts";
import { left, type Sample, sampleOf, type Vitals, vitalsOf } from "./vitals.ts";

const SAMPLES = 60;
const REQUESTS_PER_SECOND = 50;
/** The demo app keeps connections for 65 s; a health check's process ends by itself, on a busy machine not at once. */
const SETTLE_MS = 75_000;
const LOOK_EVERY_MS = 1_000;
/** Processes must still be there within the health checks' patience, on a busy machine, too. */
const SPEED = { process: 3, simulated: 20 };

export interface Soaked {
  readonly before: Vitals;
  readonly samples: readonly Sample[];
  readonly after: Vitals;
  readonly rounds: Readonly<Record<string, number>>;
  /** Of the load balancer's clients. */
  readonly requests: number;
  /** Everything that was not as expected, injected faults not among it. */
  readonly failures: readonly string[];
}

/** @param runtime what runs the tasks; simulated ones get no traffic through a load balancer */
export async function soak(runtime: "process" | "simulated", seconds: number): Promise<Soaked> {
  const stage = await Stage.set({}, runtime, SPEED[runtime]);
  let complaints = "";
  stage.cloud.process.stderr?.on("data", (text: Buffer) => {
    complaints += text;
  });
  const load = runtime === "process" ? startLoad : undefined;
  try {
    const images = await releases(stage, runtime);
    const tasks = runtime === "process" ? "2" : "50";
    const { result, talk } = await stage.deploy(images[0] ?? "", {
      flags: ["--wait-until", "stable", "--desired-count", tasks],
    });
    if (result.outcome !== "deployed") throw new Error(talk);
    const soaked = await soakStage(stage, images, seconds, load);
    return complaints.includes("failed at") ? { ...soaked, failures: [...soaked.failures, complaints] } : soaked;
  } finally {
    await stage.strike();
  }
}

async function releases(stage: Stage, runtime: "process" | "simulated"): Promise<string[]> {
  const versions = ["1.0.0", "2.0.0"];
  if (runtime === "process") return [await stage.build("1.0.0"), await stage.build("2.0.0")];
  const image = `${new URL(stage.cloud.endpoint).host}/ecs-demo`;
  const script = { images: [{ image, pullSeconds: [1, 3], startSeconds: 1, healthyAfterSeconds: 2, stopSeconds: 1 }] };
  await fetch(`${stage.cloud.endpoint}/_localcloud/simulation`, { method: "PUT", body: JSON.stringify(script) });
  return versions.map((version) => `${image}:${version}`);
}

async function soakStage(
  stage: Stage,
  images: readonly string[],
  seconds: number,
  start: typeof startLoad | undefined,
): Promise<Soaked> {
  const startedAt = performance.now();
  const pid = stage.cloud.process.pid ?? 0;
  const vitals = () => vitalsOf(pid, stage.cloud.endpoint);
  const clients = soakClients(stage);
  await pushes(stage, clients)();
  const before = await vitals();
  const [injected, released] = [faults(stage, clients), deployments(stage, images)];
  const errands = {
    reads: reads(clients),
    pushes: pushes(stage, clients),
    aborts: aborts(stage, clients),
    faults: injected.errand,
    deployments: released.errand,
  };
  const deadline = performance.now() + seconds * 1000;
  const traffic = start?.(`${stage.url}/`, REQUESTS_PER_SECOND);
  const failures: string[] = [];
  const samples: Sample[] = [];
  const sampling = repeat(
    async () => {
      samples.push(await sampleOf(pid, startedAt));
      await sleep((seconds * 1000) / SAMPLES);
    },
    deadline,
    failures,
  );
  const rounds = await Promise.all(
    Object.entries(errands).map(async ([name, errand]) => [name, await repeat(errand, deadline, failures)] as const),
  );
  await sampling;
  await traffic?.stop();
  failures.push(...(traffic?.failures() ?? []).map((failure) => `traffic: ${failure}`));
  for (const client of Object.values(clients)) client.destroy();
  const after = await settled(vitals, before);
  return {
    before,
    samples,
    after,
    rounds: { ...Object.fromEntries(rounds), "faults met": injected.met(), releases: released.made() },
    requests: traffic?.counts().requests ?? 0,
    failures,
  };
}

/** @returns how it is once it holds what it held before, or when it had time enough to. */
async function settled(vitals: () => Promise<Vitals>, before: Vitals): Promise<Vitals> {
  let now = await vitals();
  for (
    const giveUpAt = performance.now() + SETTLE_MS;
    performance.now() < giveUpAt && left(now, before).length > 0;
    now = await vitals()
  )
    await sleep(LOOK_EVERY_MS);
  return now;
}

/** @returns how often it was done. */
async function repeat(errand: Errand, deadline: number, failures: string[]): Promise<number> {
  let rounds = 0;
  for (; performance.now() < deadline; rounds++)
    await errand().catch((error: unknown) =>
      failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  return rounds;
}
