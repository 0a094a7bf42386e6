/**
 * `ecs.describe-services.rate`: DescribeServices of ten services per second, in a cluster of 1,000 with a desired count
 * of 0, by eight connections; `ecs.describe-services.p99`: how long 99 % of these calls took at most, milliseconds.
 * Five windows of 2 s. One signed request of the SDK is sent again and again, so that the local cloud verifies each
 * signature and the client costs little. The peer, between the windows, is a bare node:http server that answers the
 * same bytes to the same request.
 */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CLUSTER, clientConfig } from "../demo/bootstrap.ts";
import { startCloudProcess } from "../demo/cli.ts";
import { bootstrapDefinition } from "../demo/releases.ts";
import { startBareServer } from "./bare-server.ts";
import { type Load, type Sent, saturate } from "./load.ts";
import { type Row, spread } from "./rows.ts";

const SERVICES = 1_000;
const WINDOWS = 5;
const WINDOW = { connections: 8, ms: 2_000 };

export async function measureDescribeServices(): Promise<Row[]> {
  const cloud = await startCloudProcess();
  const ecs = new ECSClient(clientConfig(cloud.endpoint));
  try {
    await makeServices(ecs, cloud.subnets[0]?.subnetId ?? "");
    const services = Array.from({ length: 10 }, (_, index) => `service-${index * 100}`);
    const request = await signed(ecs, cloud.endpoint, services);
    return await compare(request);
  } finally {
    ecs.destroy();
    await cloud.end();
  }
}

async function compare(request: Sent): Promise<Row[]> {
  const bare = await startBareServer("text", await answerTo(request));
  try {
    const [ours, theirs]: [Load[], Load[]] = [[], []];
    for (let window = 0; window < WINDOWS; window += 1) {
      ours.push(await saturate(request, WINDOW));
      theirs.push(await saturate({ ...request, url: bare.endpoint }, WINDOW));
    }
    const name = "bare node:http, same bytes";
    const rate = (loads: Load[]) =>
      spread(
        loads.map(({ perSecond }) => perSecond),
        "higher",
      );
    const p99 = (loads: Load[]) => spread(loads.map(({ p99Ms }) => p99Ms));
    return [
      { name: "ecs.describe-services.rate", unit: "/s", ...rate(ours), peer: { name, ...rate(theirs) } },
      { name: "ecs.describe-services.p99", unit: "ms", ...p99(ours), peer: { name, ...p99(theirs) } },
    ];
  } finally {
    await bare.end();
  }
}

async function makeServices(ecs: ECSClient, subnet: string): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(await bootstrapDefinition()));
  for (let index = 0; index < SERVICES; index += 1)
    await ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName: `service-${index}`,
        taskDefinition: taskDefinition?.taskDefinitionArn,
        desiredCount: 0,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } },
      }),
    );
}

interface SignedRequest {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

/** What the SDK sends, with its signature. */
async function signed(ecs: ECSClient, url: string, services: string[]): Promise<Sent> {
  let caught: SignedRequest | undefined;
  ecs.middlewareStack.add(
    (next) => (args) => {
      caught = args.request as SignedRequest;
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "catchSigned" },
  );
  await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services }));
  if (caught === undefined) throw new Error("The SDK sent nothing.");
  return { url: `${url}/`, method: "POST", headers: caught.headers, body: caught.body };
}

async function answerTo({ url, headers, body }: Sent): Promise<string> {
  const answer = await fetch(url, { method: "POST", headers: headers as Record<string, string>, body: body ?? null });
  const text = await answer.text();
  const { services = [] } = JSON.parse(text) as { services?: unknown[] };
  if (services.length !== 10) throw new Error(`DescribeServices: ${answer.status} ${text.slice(0, 200)}`);
  return text;
}
