/** What is refused before anything is changed, as a workflow sees it: one annotation, one summary, exit code. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { deployInput } from "../../core/deployment/deploy-input.ts";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import { Job } from "../e2e/actions.fixture.ts";
import { Stage } from "../e2e/stage.fixture.ts";
import { definitionOf } from "../fixtures/demo-service.ts";

let stage: Stage;
let job: Job;
beforeAll(async () => {
  [stage, job] = await Promise.all([Stage.set({}, "simulated", 20), Job.begin()]);
  const definition = await definitionOf("<IMAGE1_NAME>");
  await job.write("taskdef.json", JSON.stringify(definition));
  await job.write("misspelt.json", JSON.stringify({ ...definition, containerDefinition: [] }));
});
afterAll(() => Promise.all([stage.strike(), job.end()]));

const target = { cluster: CLUSTER, service: SERVICE, "task-definition": "taskdef.json", image: "example.com/web:1" };
const nothing = "Nothing was registered or updated.";

it.each([
  [
    "service missing",
    { service: "wbe" },
    { code: "ECS_SERVICE_NOT_FOUND", message: "cluster ecs-demo has no service wbe", remedy: "Create service wbe in " },
  ],
  [
    "cluster missing, as an unset variable gives it",
    { cluster: "" },
    {
      code: "ECS_CLUSTER_NOT_FOUND",
      message: "there is no cluster default in ",
      remedy: "Create cluster default, or ",
    },
  ],
  [
    "misspelt key",
    { "task-definition": "misspelt.json" },
    {
      code: "TASK_DEFINITION_UNKNOWN_KEY",
      message: "misspelt.json: containerDefinition: unknown key",
      remedy: 'Did you mean "containerDefinitions"? ',
    },
  ],
  [
    "wrong container name",
    { "container-name": "wbe" },
    {
      code: "TASK_DEFINITION_CONTAINER_NOT_FOUND",
      message: 'taskdef.json: has no container "wbe"',
      remedy: "Use one of its containers: web. ",
    },
  ],
  [
    "wrong image reference",
    { image: "example.com/web:undefined" },
    { code: "INPUT_INVALID", message: 'image: "example.com/web:undefined": says undefined', remedy: "Give the image " },
  ],
  [
    "an image that was not given",
    { image: "" },
    {
      code: "TASK_DEFINITION_PLACEHOLDER_LEFT",
      message: "taskdef.json: containerDefinitions[0].image: is still the placeholder <IMAGE1_NAME>",
      remedy: "Give the image for container web. ",
    },
  ],
])("%s", async (_, given, { code, message, remedy }) => {
  const { run, mutating } = await used({ ...target, ...given });
  expect(run.exitCode).toBe(code === "INPUT_INVALID" ? 2 : 1);
  expect(run.annotations).toHaveLength(1);
  const [annotation = ""] = run.annotations;
  expect(annotation).toContain(`title=${code}`);
  expect(annotation).toContain(message);
  expect(annotation).toContain(remedy);
  expect(annotation).toContain(nothing);
  expect(run.summary).toContain(`## ✖ ${code.replaceAll("_", "\\_")}`);
  expect(mutating).toEqual([]);
});

it("takes each input that is empty for one that is not given, and says which one it needs", async () => {
  const { run, mutating } = await used(Object.fromEntries(deployInput.fields.map(({ name }) => [name, ""])));
  expect(run).toMatchObject({ exitCode: 2, annotations: [expect.stringContaining("title=INPUT_INVALID")] });
  expect(run.annotations[0]).toContain("task-definition: is missing");
  expect(mutating).toEqual([]);
});

it("access denied", async () => {
  const fault = { kind: "access-denied", service: "ecs", operations: ["UpdateService"] };
  await fetch(`${stage.cloud.endpoint}/_localcloud/faults`, { method: "PUT", body: JSON.stringify([fault]) });
  const { run, mutating } = await used(target);
  expect(run).toMatchObject({ exitCode: 1, annotations: [expect.stringContaining("title=AWS_ACCESS_DENIED")] });
  expect(run.annotations[0]).toMatch(
    /not authorized to perform: ecs:UpdateService .*Allow ecs:UpdateService .*for arn:/,
  );
  expect(run.annotations[0]).toContain("ecs-demo:2 was registered; the service was not changed.");
  expect(mutating).toEqual(["RegisterTaskDefinition", "UpdateService"]);
});

async function used(given: Record<string, string>) {
  let run: Awaited<ReturnType<Job["uses"]>> | undefined;
  const { mutating } = await stage.calls(async () => {
    run = await job.uses("deploy", given, stage.cloud.endpoint);
  });
  if (run === undefined) throw new Error("it ran");
  return { run, mutating };
}
