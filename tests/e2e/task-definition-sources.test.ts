/** Where a task definition comes from and what is rendered over it: the actions render and deploy, as the runner starts them. */
import { readFile } from "node:fs/promises";
import { ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLUSTER, clientConfig, SERVICE } from "../../demo/bootstrap.ts";
import { bootstrapDefinition } from "../../demo/releases.ts";
import { Job, type StepRun } from "./actions.fixture.ts";
import { Stage } from "./stage.fixture.ts";

const nowhere = "http://127.0.0.1:9";

/** Two containers and a tag. */
const shop = {
  family: "shop",
  containerDefinitions: [
    {
      name: "web",
      image: "web:1",
      memory: 64,
      environment: [
        { name: "DEBUG", value: "1" },
        { name: "EMPTY", value: "" },
      ],
    },
    { name: "log", image: "log:1", memory: 64, essential: false },
  ],
  tags: [{ key: "team", value: "shop" }],
};

let stage: Stage;
let job: Job;
let ecs: ECSClient;
beforeAll(async () => {
  [stage, job] = await Promise.all([Stage.set(), Job.begin()]);
  ecs = new ECSClient(clientConfig(stage.cloud.endpoint));
  await ecs.send(new RegisterTaskDefinitionCommand(shop));
});
afterAll(() => Promise.all([stage.strike(), job.end()]));

async function rendered({ exitCode, outputs, annotations }: StepRun): Promise<unknown> {
  expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
  return JSON.parse(await readFile(outputs["task-definition"] ?? "", "utf8"));
}

describe("render", () => {
  it("takes a registered revision by one read, with its tags, and makes a document of it that can be registered", async () => {
    const runs: StepRun[] = [];
    const { ecs: calls } = await stage.calls(async () => {
      const given = {
        "task-definition-family": "shop",
        "task-definition-revision": "1",
        images: "web=web:2, log=log:2",
        "container-name": "web",
        "environment-variables": "LEVEL=a=b",
        "remove-environment-variables": "DEBUG\nGONE",
        memory: "1 GB",
        "task-definition-tags": "commit=3f9e1c2",
      };
      runs.push(await job.uses("render", given, stage.cloud.endpoint));
    });
    expect(calls).toEqual(["DescribeTaskDefinition"]);
    const [run] = runs;
    if (run === undefined) throw new Error("render did not run");
    expect(run.outputs["task-definition"]).toMatch(/\/shop-1\.json$/);
    const document = await rendered(run);
    expect(document).toMatchObject({
      family: "shop",
      memory: "1 GB",
      containerDefinitions: [
        {
          name: "web",
          image: "web:2",
          environment: [
            { name: "EMPTY", value: "" },
            { name: "LEVEL", value: "a=b" },
          ],
        },
        { name: "log", image: "log:2", essential: false },
      ],
      tags: [
        { key: "team", value: "shop" },
        { key: "commit", value: "3f9e1c2" },
      ],
    });
    expect(document).not.toHaveProperty("revision");
  });

  it("takes what a service runs", async () => {
    const given = { "task-definition-service": `${CLUSTER}/${SERVICE}`, image: "web:9" };
    const run = await job.uses("render", given, stage.cloud.endpoint);
    expect(await rendered(run)).toMatchObject({ family: "ecs-demo", containerDefinitions: [{ image: "web:9" }] });
  });

  it("says what is not registered", async () => {
    const run = await job.uses("render", { "task-definition": "shop:9", image: "web:2" }, stage.cloud.endpoint);
    expect(run.exitCode).toBe(1);
    expect(run.annotations).toEqual([
      expect.stringMatching(/^::error title=TASK_DEFINITION_NOT_FOUND::shop:9: .*Unable to describe task definition\./),
    ]);
  });

  it("puts variables into a file without a call, and fails on those that have no value", async () => {
    const image = "web:$" + "{COMMIT}";
    const command = ["sh", "-c", "echo $$" + "{HOME} $HOME $" + "{QUOTED}"];
    await job.write(
      "variables.json",
      JSON.stringify({ family: "web", containerDefinitions: [{ name: "web", image, command }] }),
    );
    const given = { "task-definition": "variables.json" };
    const run = await job.uses("render", { ...given, variables: 'COMMIT=3f9\nQUOTED=a"b' }, nowhere);
    expect(await rendered(run)).toMatchObject({
      containerDefinitions: [{ image: "web:3f9", command: ["sh", "-c", "echo $" + '{HOME} $HOME a"b'] }],
    });
    const missing = await job.uses("render", { ...given, variables: "COMIT=3f9\nQUOTED=a" }, nowhere);
    expect(missing.exitCode).toBe(1);
    expect(missing.annotations).toEqual([
      expect.stringMatching(
        /^::error title=TASK_DEFINITION_VARIABLE_UNDEFINED,file=variables\.json::.*\$\{COMMIT\} \(containerDefinitions\[0\]\.image\)/,
      ),
    ]);
  });

  it.each([
    [{ image: "web:2" }, "task-definition: is missing"],
    [
      { "task-definition": "a.json", "task-definition-family": "shop" },
      "task-definition-family: task-definition says already where the task definition is",
    ],
    [
      { "task-definition": "a.json", variables: "NOT_SET_ANYWHERE" },
      "variables: NOT_SET_ANYWHERE: not set in the environment",
    ],
  ])("ends with 2 on misuse: %j", async (given, message) => {
    if ("variables" in given)
      await job.write("a.json", '{"family":"web","containerDefinitions":[{"name":"web","image":"a"}]}');
    const run = await job.uses("render", given, nowhere);
    expect(run.exitCode).toBe(2);
    expect(run.annotations).toEqual([expect.stringContaining(`::${message}%0A`)]);
  });
});

describe("deploy", () => {
  it("moves a service to a revision that is registered already, and registers nothing", async () => {
    await ecs.send(new RegisterTaskDefinitionCommand(await bootstrapDefinition()));
    const { mutating } = await stage.calls(async () => {
      const given = { cluster: CLUSTER, service: SERVICE, "task-definition": "ecs-demo:2" };
      const run = await job.uses("deploy", given, stage.cloud.endpoint);
      expect(run).toMatchObject({ exitCode: 0, annotations: [], outputs: { outcome: "started" } });
      expect(run.outputs["task-definition-arn"]).toMatch(/:task-definition\/ecs-demo:2$/);
      expect(run.log).toContain("ecs-demo:1 → ecs-demo:2");
    });
    expect(mutating).toEqual(["UpdateService"]);
  });
});
