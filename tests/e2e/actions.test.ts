/** The actions of GitHub, as a workflow uses them one after the other, against the local cloud. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLUSTER, REPOSITORY, SERVICE } from "../../demo/bootstrap.ts";
import { definitionOf } from "../fixtures/demo-service.ts";
import { Job } from "./actions.fixture.ts";
import { Stage } from "./stage.fixture.ts";

const nowhere = "http://127.0.0.1:9";

let stage: Stage;
let job: Job;
beforeAll(async () => {
  [stage, job] = await Promise.all([Stage.set(), Job.begin()]);
  await job.write("taskdef.json", JSON.stringify(await definitionOf("<IMAGE1_NAME>")));
});
afterAll(() => Promise.all([stage.strike(), job.end()]));

function buildPush(tag: string) {
  const buildArgs = `BASE_IMAGE=scratch\nAPP_VERSION=${tag}`;
  const given = { repository: REPOSITORY, tag, context: resolve("."), "build-args": buildArgs };
  return job.uses("build-push", given, stage.cloud.endpoint);
}

function deploy(given: Record<string, string>, onLog?: Parameters<Job["uses"]>[3]) {
  const target = { cluster: CLUSTER, service: SERVICE, "task-definition": "taskdef.json" };
  return job.uses("deploy", { ...target, ...given }, stage.cloud.endpoint, onLog);
}

describe("build-push, render and deploy", () => {
  it("take a commit to a running service, and change nothing the second time", async () => {
    const built = await buildPush("1.0.0");
    expect(built).toMatchObject({ exitCode: 0, annotations: [], outputs: { outcome: "pushed", tag: "1.0.0" } });
    expect(Object.keys(built.outputs).sort()).toEqual([...built.declaredOutputs].sort());
    expect(built.outputs.image).toMatch(new RegExp(`/${REPOSITORY}@${built.outputs.digest}$`));
    expect(built.log).toMatch(/^::group::Build\n[\s\S]*^::endgroup::\n::group::Push\n[\s\S]*^::endgroup::\n✔ pushed/m);
    expect(built.summary).toContain("## ✔ pushed");

    const image = built.outputs.image ?? "";
    const given = { "task-definition": "taskdef.json", image, "environment-variables": "A=b=c, d\n\nE=" };
    const rendered = await job.uses("render", given, nowhere);
    expect(rendered).toMatchObject({ exitCode: 0, annotations: [] });
    expect(Object.keys(rendered.outputs)).toEqual(rendered.declaredOutputs);
    const path = rendered.outputs["task-definition"] ?? "";
    expect(path).toMatch(/\/temp\/task-definition-[^/]+\/taskdef\.json$/);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(
      await definitionOf(image, [
        { name: "A", value: "b=c, d" },
        { name: "E", value: "" },
      ]),
    );

    const deployed = await deploy({ "task-definition": path, "wait-until": "deployed", "desired-count": "2" });
    expect(deployed).toMatchObject({ exitCode: 0, annotations: [], outputs: { outcome: "deployed", proof: "proved" } });
    expect(Object.keys(deployed.outputs).sort()).toEqual([...deployed.declaredOutputs].sort());
    expect(deployed.outputs["task-definition-arn"]).toMatch(/:task-definition\/ecs-demo:2$/);
    expect(deployed.outputs["deployment-id"]).toMatch(/^ecs-svc\/\d+$/);
    expect(JSON.parse(deployed.outputs["summary-json"] ?? "")).toMatchObject({
      outcome: "deployed",
      now: { running: 2 },
    });
    const groups = [...deployed.log.matchAll(/^::(?:group::(.*)|endgroup::)$/gm)].map(([, title]) => title ?? "end");
    expect(groups).toEqual(["Plan", "end", "Change", "end", "Watch", "end"]);
    expect(deployed.log.slice(deployed.log.lastIndexOf("::endgroup::\n"))).toMatch(/^::endgroup::\n✔ deployed in /);
    expect(deployed.summary).toMatch(/^## ✔ deployed in \d:\d\d\n/);
    expect(deployed.summary).toContain("| revision | <code>ecs-demo:1</code> | <code>ecs-demo:2</code> |");
    expect(deployed.summary).toContain("```mermaid\ngantt\n");
    expect(deployed.summary).toContain("rehearsal");
    expect(deployed.summary).not.toContain("console.aws");

    const again = await buildPush("1.0.0");
    expect(again).toMatchObject({ exitCode: 0, outputs: { outcome: "unchanged", image } });
    const { mutating } = await stage.calls(async () => {
      const run = await deploy({ ...given, "wait-for-service-stability": "True" });
      expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: "unchanged", proof: "not-checked" } });
    });
    expect(mutating).toEqual([]);
  }, 120_000);
});

describe("deploy", () => {
  let image: string;
  beforeAll(async () => {
    image = (await buildPush("1.0.0")).outputs.image ?? "";
    expect(await deploy({ image, "wait-until": "deployed", "desired-count": "2" })).toMatchObject({ exitCode: 0 });
  }, 60_000);

  it("explains a deployment that is rolled back, and fails with one annotation on the file", async () => {
    const environment = [{ name: "REHEARSE_UNHEALTHY", value: "true" }];
    await job.write("broken.json", JSON.stringify(await definitionOf(image, environment)));
    const run = await deploy({ "task-definition": "broken.json", "wait-until": "deployed" });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: "rolled-back", proof: "not-checked" } });
    expect(run.annotations).toEqual([
      expect.stringMatching(
        /^::error title=DEPLOYMENT_ROLLED_BACK,file=broken\.json::rolled-back: .*health.*%0A.*health.*$/i,
      ),
    ]);
    expect(run.log).toMatch(/^::endgroup::\n✖ rolled-back after [\s\S]*^why {6}.*\n[\s\S]*^fix {6}/m);
    expect(run.summary).toMatch(/^## ✖ rolled-back after /);
    expect(run.summary).toContain("REHEARSE_UNHEALTHY");
    for (const part of [
      "**Why** ",
      "**Tasks**",
      "**Logs**\n\n```text\n",
      "**Fix** ",
      "**Now** ",
      "section tasks that failed",
    ]) {
      expect(run.summary).toContain(part);
    }
    expect(JSON.parse(run.outputs["summary-json"] ?? "")).toMatchObject({ error: { code: "DEPLOYMENT_ROLLED_BACK" } });
  }, 120_000);

  it("leaves the deployment and says so where the workflow is cancelled", async () => {
    const { outputs } = await buildPush("1.1.0");
    let cancelled = false;
    const run = await deploy({ image: outputs.image ?? "", "wait-until": "deployed" }, (log, end) => {
      if (cancelled || !log.includes("::group::Watch")) return;
      cancelled = true;
      end("SIGINT");
    });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: "cancelled" } });
    expect(run.annotations).toEqual([
      expect.stringMatching(/^::error title=DEPLOYMENT_CANCELLED,.*::cancelled: .* goes on%0A/),
    ]);
    expect(await deploy({ image: outputs.image ?? "", "wait-until": "deployed" })).toMatchObject({
      exitCode: 0,
      outputs: { outcome: "deployed" },
    });
  }, 120_000);
});

describe("an input that would change nothing though it was meant to", () => {
  it.each([
    [{ servce: "web" }, "servce: there is no such input, did you mean service?"],
    [{ "codedeploy-appspec": "a" }, "codedeploy-appspec: this action does not have this input yet"],
    [{ "wait-for-minutes": "soon" }, "wait-for-minutes: must be a whole number from 1 to 360"],
    [{ service: "" }, "service: is missing"],
  ])("ends deploy with 2: %j", async (given, message) => {
    const run = await job.uses("deploy", { "task-definition": "taskdef.json", service: "web", ...given }, nowhere);
    expect(run).toMatchObject({ exitCode: 2, outputs: {} });
    expect(run.annotations).toEqual([expect.stringContaining(`::error title=INPUT_INVALID::${message}%0A`)]);
    expect(run.summary).toContain("## ✖ INPUT\\_INVALID");
  });

  it("is also a key of the task definition: the annotation stands on the file, nothing is called", async () => {
    await job.write("misspelt.json", '{"family": "web", "containerDefinitions": [{"name": "web", "enviroment": []}]}');
    const run = await job.uses("render", { "task-definition": "misspelt.json", image: "web:2" }, nowhere);
    expect(run.exitCode).toBe(1);
    expect(run.annotations).toEqual([
      expect.stringMatching(
        /^::error title=TASK_DEFINITION_UNKNOWN_KEY,file=misspelt\.json::.*enviroment.*%0ADid you mean/,
      ),
    ]);
  });
});
