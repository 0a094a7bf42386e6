/** The demo service as containers of a Docker engine, by the built CLI: what only containers show. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTasksCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CLUSTER, clientConfig } from "../../demo/bootstrap.ts";
import { describeWithEngine, engine } from "../engine.fixture.ts";
import { definitionOf } from "../fixtures/demo-service.ts";
import { Stage } from "./stage.fixture.ts";

const containersSchema = v.array(v.object({ Id: v.string(), Image: v.string() }));
const names = v.nullish(v.array(v.string()));
const imagesSchema = v.array(v.object({ RepoDigests: names, RepoTags: names }));

describeWithEngine("tasks in containers", () => {
  let stage: Stage;
  let image: string;

  beforeAll(async () => {
    stage = await Stage.set({}, "docker");
    image = await stage.build("1.0.0");
  }, 90_000);
  afterAll(() => stage?.strike());

  /** Images and containers of the engine that come from this stage's registry. */
  async function inEngine(): Promise<{ containers: string[]; images: string[] }> {
    const ours = (reference: string) => reference.startsWith(`${new URL(stage.cloud.endpoint).host}/`);
    const containers = await engine().json(containersSchema, "GET", "/containers/json", { query: { all: "1" } });
    const images = await engine().json(imagesSchema, "GET", "/images/json");
    return {
      containers: containers.filter(({ Image }) => ours(Image)).map(({ Id }) => Id),
      // Of an image with several names, as two local clouds give it, an engine may list the digest of one only.
      images: [
        ...new Set(images.flatMap(({ RepoDigests, RepoTags }) => [...(RepoDigests ?? []), ...(RepoTags ?? [])])),
      ].filter(ours),
    };
  }

  it("are deployed, proved by their digest, and know which task they are", async () => {
    const { result } = await stage.deploy(image, { flags: ["--wait-until", "deployed", "--desired-count", "2"] });
    expect(result).toMatchObject({ outcome: "deployed", proof: { status: "proved" } });
    const version = await (await fetch(`${stage.url}/version`)).json();
    expect(version).toMatchObject({
      version: "1.0.0",
      revision: "ecs-demo:2",
      taskId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const { containers, images } = await inEngine();
    expect([containers.length, images]).toEqual([2, [image]]);
  }, 90_000);

  it("are killed where they take more memory than their task has, with ECS's reason", async () => {
    const ecs = new ECSClient(clientConfig(stage.cloud.endpoint));
    const leak = [{ name: "REHEARSE_LEAK_MIB_PER_SECOND", value: "1024" }];
    const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(await definitionOf(image, leak)));
    const { tasks: [started] = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: CLUSTER,
        taskDefinition: taskDefinition?.taskDefinitionArn,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: [stage.cloud.subnets[0]?.subnetId ?? ""] } },
      }),
    );
    const task = await eventually(async () => {
      const { tasks = [] } = await ecs.send(
        new DescribeTasksCommand({ cluster: CLUSTER, tasks: [started?.taskArn ?? ""] }),
      );
      expect(tasks[0]?.lastStatus).toBe("STOPPED");
      return tasks[0];
    });
    ecs.destroy();
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
    });
  }, 60_000);

  it("are gone with their image when the local cloud is killed", async () => {
    expect((await inEngine()).containers.length).toBeGreaterThan(0);
    const ended = once(stage.cloud.process, "close");
    stage.cloud.process.kill("SIGKILL");
    await ended;
    await eventually(async () => expect(await inEngine()).toEqual({ containers: [], images: [] }));
  }, 60_000);
});

/** Tries again until it succeeds; what it throws in the end is what the test fails with. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
