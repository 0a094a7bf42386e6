/**
 * `npm run demo`: the main job on this machine. A local cloud, an image, a service behind a load balancer under steady
 * traffic; a release, a broken release that is rolled back and explained, and the good one again.
 *
 *   npm run demo                     run it
 *   npm run demo -- --keep           leave it running, and say what to open and try
 *   npm run demo -- --json FILE      write the table's rows to a file
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { baseImage } from "./base-image.ts";
import { clientConfig, makeService, makeStage } from "./bootstrap.ts";
import { type CloudProcess, startCloudProcess } from "./cli.ts";
import { Journey } from "./journey.ts";
import { startLoad } from "./load.ts";
import { bootstrapDefinition, goodBuild, unhealthyBuild } from "./releases.ts";
import { allAsExpected, printTable } from "./rows.ts";
import { whatToTry } from "./what-to-try.ts";

const REQUESTS_PER_SECOND = 50;
const LISTENER_PORT = 8080;

const { values: options } = parseArgs({
  options: { keep: { type: "boolean", default: false }, json: { type: "string" } },
});

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => ending.abort(new Error(`ended by ${signal}`)));

process.exitCode = await main();

async function main(): Promise<number> {
  const journey = new Journey(ending.signal);
  const cloud = await journey.step("start the local cloud", "ready", async () => ["ready", await startCloudProcess()]);
  console.log(`  its ${cloud.runtime.why}`);
  try {
    const url = await play(journey, cloud);
    printTable(journey.rows);
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(journey.rows, null, 2)}\n`);
    if (options.keep) await keep(url, cloud.endpoint);
    return allAsExpected(journey.rows) ? 0 : 1;
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    console.error(`\n${ending.signal.reason.message}; taking everything down`);
    return 1;
  } finally {
    journey.stopLoad();
    await cloud.end();
  }
}

/** @returns where the service answers. */
async function play(journey: Journey, cloud: CloudProcess): Promise<string> {
  const { endpoint } = cloud;
  const config = clientConfig(endpoint);
  const [url, base] = await journey.step("make repository, cluster, load balancer and service", "made", async () => {
    const stage = await makeStage(config, LISTENER_PORT);
    await makeService(config, stage, { taskDefinition: await bootstrapDefinition(), desiredCount: 0 });
    return ["made", [await listenerUrl(endpoint), await baseImage(cloud, config)]];
  });

  const one = await journey.build(goodBuild("1.0.0", base), "pushed", endpoint);
  await journey.deploy("deploy 1.0.0", "deployed", endpoint, { image: one, desiredCount: 2 });
  journey.load = startLoad(`${url}/`, REQUESTS_PER_SECOND);

  const two = await journey.build(goodBuild("2.0.0", base), "pushed", endpoint);
  await journey.deploy("deploy 2.0.0 under traffic", "deployed", endpoint, { image: two });

  const three = await journey.build(unhealthyBuild(two), "pushed", endpoint);
  await journey.deploy("deploy 3.0.0, which fails its health checks", "rolled-back", endpoint, { image: three });

  await journey.build(goodBuild("2.0.0", base), "unchanged", endpoint);
  await journey.deploy("deploy 2.0.0 again", "unchanged", endpoint, { image: two });
  return url;
}

async function listenerUrl(endpoint: string): Promise<string> {
  const answer = await fetch(`${endpoint}/_localcloud/listeners`);
  const { listeners } = (await answer.json()) as { listeners: { boundPort: number }[] };
  return `http://127.0.0.1:${listeners[0]?.boundPort}`;
}

async function keep(url: string, endpoint: string): Promise<void> {
  console.log(whatToTry(url, endpoint));
  await new Promise((resolve) => ending.signal.addEventListener("abort", resolve, { once: true }));
}
