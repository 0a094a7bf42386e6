/**
 * `alb.requests`: requests a second through the local load balancer by 16 connections, three windows of 3 s.
 * `alb.latency.p50`, `alb.latency.p99`: at 200 requests a second, milliseconds, three windows of 4 s.
 * The target is a bare node:http server. The peers take turns with it window by window: the target asked directly, and
 * nginx as a proxy with kept-alive connections where it is installed, in rows of the same name.
 */

import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientConfig, makeStage } from "../demo/bootstrap.ts";
import { startCloudProcess } from "../demo/cli.ts";
import { startBareServer } from "./bare-server.ts";
import { type Load, pace, saturate } from "./load.ts";
import { startNginx } from "./nginx.ts";
import { type MeasureOptions, type Row, spread } from "./rows.ts";

const WINDOWS = 3;
const SATURATED = { connections: 16, ms: 3_000 };
const PACED = { perSecond: 200, ms: 4_000 };
const BODY = "hello";
const GIVE_UP_MS = 30_000;

export async function measureBalancer({ note }: MeasureOptions): Promise<Row[]> {
  await using ends = new AsyncDisposableStack();
  const cloud = ends.adopt(await startCloudProcess(), (started) => started.end());
  const target = ends.adopt(await startBareServer("text", BODY), (started) => started.end());
  const nginx = await startNginx(target.endpoint);
  if (nginx === undefined) note("alb: nginx is not installed, so that it is not among the peers");
  else ends.defer(() => nginx.end());

  const balancer = await listenerTo(cloud.endpoint, Number(new URL(target.endpoint).port));
  const peers = [
    { name: "direct to the target", url: target.endpoint },
    ...(nginx === undefined ? [] : [{ name: "nginx", url: nginx.endpoint }]),
  ];
  const urls = [balancer, ...peers.map(({ url }) => url)];
  const saturated = await takeTurns(urls, (url) => saturate({ url }, SATURATED));
  const paced = await takeTurns(urls, (url) => pace({ url }, PACED));
  return peers.flatMap(({ name }, index) => {
    const row = (of: string, unit: string, loads: Load[][], figure: keyof Load, better?: "higher"): Row => {
      const taken = (position: number) => spread(loads[position]?.map((load) => load[figure]) ?? [], better);
      return { name: of, unit, ...taken(0), peer: { name, ...taken(index + 1) } };
    };
    return [
      row("alb.requests", "/s", saturated, "perSecond", "higher"),
      row("alb.latency.p50", "ms", paced, "p50Ms"),
      row("alb.latency.p99", "ms", paced, "p99Ms"),
    ];
  });
}

/** @returns the loads by URL, in their order. */
async function takeTurns(urls: readonly string[], load: (url: string) => Promise<Load>): Promise<Load[][]> {
  const loads: Load[][] = urls.map(() => []);
  for (let window = 0; window < WINDOWS; window += 1)
    for (const [index, url] of urls.entries()) loads[index]?.push(await load(url));
  return loads;
}

/** @returns the URL of a listener whose one target is healthy. */
async function listenerTo(endpoint: string, port: number): Promise<string> {
  const config = clientConfig(endpoint);
  const elb = new ElasticLoadBalancingV2Client(config);
  const { targetGroupArn: TargetGroupArn } = await makeStage(config, 8080);
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: "127.0.0.1", Port: port }] }));
  for (const giveUpAt = performance.now() + GIVE_UP_MS; ; await sleep(100)) {
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    if (TargetHealthDescriptions?.[0]?.TargetHealth?.State === "healthy") break;
    if (performance.now() > giveUpAt) throw new Error(`The target was not healthy within ${GIVE_UP_MS} ms`);
  }
  elb.destroy();
  const answer = await fetch(`${endpoint}/_localcloud/listeners`);
  const { listeners } = (await answer.json()) as { listeners: { boundPort: number }[] };
  const url = `http://127.0.0.1:${listeners[0]?.boundPort}/`;
  const body = await (await fetch(url)).text();
  if (body !== BODY) throw new Error(`The load balancer answered ${body}, which is not the target's`);
  return url;
}
