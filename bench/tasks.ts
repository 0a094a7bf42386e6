/**
 * `tasks.start.process.1`: from RunTask's request until DescribeTasks says RUNNING, the demo service's image as a
 * process, milliseconds; asked every 5 ms, so that a figure is up to that much and one call too high.
 * `tasks.start.process.10`: the same until ten of one RunTask are all RUNNING. The first task, which unpacks the image,
 * is not counted. The peer is the same program started bare, until the operating system has it (as RUNNING says no
 * more either): one, and ten at once.
 * `tasks.start.docker`: the same with a container of the Docker engine, next to `docker run --detach` of that image. Not
 * there without an engine and the docker client.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import {
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  RunTaskCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { CLUSTER, clientConfig } from "../demo/bootstrap.ts";
import { Stage } from "../tests/e2e/stage.fixture.ts";
import { definitionOf } from "../tests/fixtures/demo-service.ts";
import { installed } from "./installed.ts";
import { type MeasureOptions, type Row, spread } from "./rows.ts";

const run = promisify(execFile);

const POLL_MS = 5;
const GIVE_UP_MS = 20_000;
const PROGRAM = resolve(import.meta.dirname, "../app/server.js");

export async function measureTasks({ runs, note }: MeasureOptions): Promise<Row[]> {
  const processes = await withTasks("process", async (tasks) => [
    await row("tasks.start.process.1", runs, () => tasks.start(1), bareProcesses(1)),
    await row("tasks.start.process.10", Math.min(runs, 5), () => tasks.start(10), bareProcesses(10)),
  ]);
  const docker = await installed("docker");
  const engine = docker === undefined ? undefined : await run(docker, ["version"]).catch(() => undefined);
  if (docker === undefined || engine === undefined) {
    note("no docker client with an engine: tasks.start.docker is not measured");
    return processes;
  }
  const containers = await withTasks("docker", async (tasks, image) => [
    await row("tasks.start.docker", runs, () => tasks.start(1), bareContainer(docker, image)),
  ]);
  return [...processes, ...containers];
}

async function withTasks(
  runtime: "docker" | "process",
  measure: (tasks: Tasks, image: string) => Promise<Row[]>,
): Promise<Row[]> {
  const stage = await Stage.set({}, runtime);
  const ecs = new ECSClient(clientConfig(stage.cloud.endpoint));
  try {
    const image = await stage.build("1.0.0");
    const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(impatient(await definitionOf(image))));
    const tasks = new Tasks(ecs, taskDefinition?.taskDefinitionArn ?? "", stage.cloud.subnets[0]?.subnetId ?? "");
    await tasks.start(1);
    return await measure(tasks, image);
  } finally {
    ecs.destroy();
    await stage.strike();
  }
}

/** As process 1 of its container, a program that does not listen to SIGTERM yet is ended by the stop timeout alone. */
function impatient(definition: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  const containers = definition.containerDefinitions?.map((container) => ({ ...container, stopTimeout: 2 }));
  return { ...definition, containerDefinitions: containers };
}

interface Peer {
  readonly name: string;
  /** @returns how long one start took, milliseconds. */
  start(): Promise<number>;
}

async function row(name: string, runs: number, start: () => Promise<number>, peer: Peer): Promise<Row> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let sample = 0; sample < runs; sample += 1) {
    ours.push(await start());
    bare.push(await peer.start());
  }
  return { name, unit: "ms", ...spread(ours), peer: { name: peer.name, ...spread(bare) } };
}

function bareProcesses(count: number): Peer {
  return { name: "spawn of the same program", start: () => startBare(count) };
}

function bareContainer(docker: string, image: string): Peer {
  return {
    name: "docker run of the same image",
    async start() {
      const startedAt = performance.now();
      const { stdout } = await run(docker, ["run", "--detach", "--publish", "127.0.0.1::8080", image]);
      const ms = performance.now() - startedAt;
      await run(docker, ["rm", "--force", stdout.trim()]);
      return ms;
    },
  };
}

class Tasks {
  readonly #ecs: ECSClient;
  readonly #taskDefinition: string;
  readonly #subnet: string;

  constructor(ecs: ECSClient, taskDefinition: string, subnet: string) {
    this.#ecs = ecs;
    this.#taskDefinition = taskDefinition;
    this.#subnet = subnet;
  }

  /** Runs tasks of one call, and stops them again. @returns how long it took until all were RUNNING. */
  async start(count: number): Promise<number> {
    const startedAt = performance.now();
    const { tasks = [] } = await this.#ecs.send(
      new RunTaskCommand({
        cluster: CLUSTER,
        taskDefinition: this.#taskDefinition,
        count,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: [this.#subnet] } },
      }),
    );
    const arns = tasks.flatMap(({ taskArn }) => taskArn ?? []);
    if (arns.length !== count) throw new Error(`RunTask started ${arns.length} of ${count} tasks`);
    await this.#until(arns, "RUNNING");
    const ms = performance.now() - startedAt;
    await Promise.all(arns.map((task) => this.#ecs.send(new StopTaskCommand({ cluster: CLUSTER, task }))));
    // What is still stopping would slow the next start.
    await this.#until(arns, "STOPPED");
    return ms;
  }

  async #until(tasks: string[], wanted: string): Promise<void> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while (performance.now() < giveUpAt) {
      const answer = await this.#ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks }));
      const statuses = (answer.tasks ?? []).map(({ lastStatus }) => lastStatus);
      if (statuses.every((status) => status === wanted)) return;
      if (statuses.includes("STOPPED") && wanted !== "STOPPED")
        throw new Error(`A task stopped: ${answer.tasks?.map(({ stoppedReason }) => stoppedReason).join(", ")}`);
      await sleep(POLL_MS);
    }
    throw new Error(`Not ${wanted} within ${GIVE_UP_MS} ms`);
  }
}

async function startBare(count: number): Promise<number> {
  const startedAt = performance.now();
  const children: ChildProcess[] = Array.from({ length: count }, () =>
    spawn(process.execPath, [PROGRAM], { env: { PORT: "0" }, stdio: "ignore" }),
  );
  await Promise.all(children.map((child) => once(child, "spawn")));
  const ms = performance.now() - startedAt;
  await Promise.all(
    children.map((child) => {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      return closed;
    }),
  );
  return ms;
}
