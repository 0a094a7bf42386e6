/**
 * `calls.deploy.no-wait`: ECS calls of one `ecs-pipeline deploy` that changes something and does not wait.
 * `calls.deploy.unchanged`: mutating calls, of any service, of one that has nothing to change.
 * `calls.preflight`: calls, of any service, that `--preflight full` adds to one that changes something.
 * All by the journal of the local cloud, three runs each. The peer is what a program does that looks, registers and
 * updates without comparing: DescribeServices, RegisterTaskDefinition, UpdateService, counted by the same journal.
 */
import {
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { CLUSTER, clientConfig, SERVICE } from "../demo/bootstrap.ts";
import { Stage } from "../tests/e2e/stage.fixture.ts";
import { definitionOf } from "../tests/fixtures/demo-service.ts";
import { type Row, spread } from "./rows.ts";

const RUNS = 3;
const PEER = "look, register, update by the SDK";

export async function measureCalls(): Promise<Row[]> {
  const stage = await Stage.set();
  try {
    const image = await stage.build("1.0.0");
    const noWait: number[] = [];
    const unchanged: number[] = [];
    const preflight: number[] = [];
    const peer = { ecs: [] as number[], mutating: [] as number[] };
    for (let run = 0; run < RUNS; run += 1) {
      const environment = [{ name: "RUN", value: String(run) }];
      noWait.push((await counted(stage, () => deploy(stage, image, environment, "started"))).ecs);
      unchanged.push((await counted(stage, () => deploy(stage, image, environment, "unchanged"))).mutating);
      preflight.push(await addedByPreflight(stage, image, String(run)));
      const bare = await counted(stage, () => lookRegisterUpdate(stage.cloud.endpoint, image));
      peer.ecs.push(bare.ecs);
      peer.mutating.push(bare.mutating);
    }
    return [
      row("calls.deploy.no-wait", noWait, peer.ecs),
      row("calls.deploy.unchanged", unchanged, peer.mutating),
      row(
        "calls.preflight",
        preflight,
        peer.ecs.map(() => 0),
      ),
    ];
  } finally {
    await stage.strike();
  }
}

function row(name: string, ours: readonly number[], peer: readonly number[]): Row {
  return { name, unit: "calls", ...spread(ours), peer: { name: PEER, ...spread(peer) } };
}

async function counted(stage: Stage, work: () => Promise<unknown>): Promise<{ ecs: number; mutating: number }> {
  const { ecs, mutating } = await stage.calls(work);
  return { ecs: ecs.length, mutating: mutating.length };
}

async function addedByPreflight(stage: Stage, image: string, run: string): Promise<number> {
  const change = (preflight: string) =>
    deploy(stage, image, [{ name: "PREFLIGHT", value: preflight + run }], "started", ["--preflight", preflight]);
  const basic = await journalled(stage, () => change("basic"));
  return (await journalled(stage, () => change("full"))) - basic;
}

async function journalled(stage: Stage, work: () => Promise<unknown>): Promise<number> {
  const calls = async () => {
    const answer = await fetch(`${stage.cloud.endpoint}/_localcloud/journal`);
    return ((await answer.json()) as { calls: readonly { principal: string }[] }).calls.length;
  };
  const before = await calls();
  await work();
  return (await calls()) - before;
}

async function deploy(
  stage: Stage,
  image: string,
  environment: { name: string; value: string }[],
  expected: string,
  flags: string[] = [],
): Promise<void> {
  const { result, talk } = await stage.deploy(image, { environment, flags });
  if (result.outcome !== expected) throw new Error(`deploy: ${String(result.outcome)}, not ${expected}: ${talk}`);
}

async function lookRegisterUpdate(endpoint: string, image: string): Promise<void> {
  const ecs = new ECSClient(clientConfig(endpoint));
  const service = { cluster: CLUSTER, service: SERVICE };
  await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE] }));
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(await definitionOf(image)));
  await ecs.send(new UpdateServiceCommand({ ...service, taskDefinition: taskDefinition?.taskDefinitionArn }));
  ecs.destroy();
}
