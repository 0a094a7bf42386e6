/** A release that is good, with one action denied after the other, and with all but the least ones. */
import { readFileSync } from "node:fs";
import type { RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { actionOf, denials, whileWaiting } from "./denial.ts";
import { type Denial, type FailureRun, FailureStage } from "./failure-stage.fixture.ts";

let stage: FailureStage;
let releases = 0;
beforeAll(async () => {
  stage = await FailureStage.set({ speed: 20 }, "process");
}, 60_000);
afterAll(() => stage.strike());

/** Another revision each time, with all that `deploy` can look at. */
async function deploy(...denied: readonly Denial[]): Promise<FailureRun> {
  releases += 1;
  await stage.deny(...denied);
  return stage.deploy({
    environment: [{ name: "RELEASE", value: `${releases}` }],
    edit: patient,
    flags: ["--wait-until", "deployed", "--preflight", "full", "--health-check-grace-period-seconds", "600"],
  });
}

/** A process starts no faster where checks do. */
function patient(definition: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  const [web] = definition.containerDefinitions ?? [];
  const healthCheck = { command: web?.healthCheck?.command, ...web?.healthCheck, startPeriod: 300 };
  return { ...definition, containerDefinitions: [{ ...web, healthCheck }] };
}

const asked = ["RegisterTaskDefinition", "UpdateService"];

it("is deployed and proved where nothing is denied", async () => {
  const run = await deploy();
  expect(run, run.talk).toMatchObject({ exitCode: 0, result: { outcome: "deployed", notes: [] }, mutating: asked });
  expect(run.result.proof).toMatchObject({ status: "proved" });
}, 60_000);

/** What is not known without an action, of those that the run calls; the others are of failures. */
const proof = "the proof";
const note = "a note";
const lost: Readonly<Record<string, typeof proof | typeof note>> = {
  "ecs:DescribeTaskDefinition": note,
  "ecs:DescribeClusters": note,
  "iam:GetRole": note,
  "ecr:BatchGetImage": note,
  "elasticloadbalancing:DescribeTargetGroups": note,
  "elasticloadbalancing:DescribeTargetHealth": proof,
  "ecs:ListTasks": proof,
  "ecs:DescribeTasks": proof,
};

it.each(Object.entries(lost))(
  "is deployed without %s, which is named",
  async (action, what) => {
    const denial = denials.find((each) => actionOf(each) === action);
    const run = await deploy(...(denial === undefined ? [] : [denial]));
    expect(run, run.talk).toMatchObject({ exitCode: 0, result: { outcome: "deployed" }, mutating: asked });
    const denied = run.calls.filter(({ faults = [] }) => faults.includes("access-denied"));
    expect(denied.length).toBeGreaterThan(0);
    const notes = (run.result.notes as readonly string[]).filter((line) => line.includes(`${action} is not allowed`));
    expect(notes).toHaveLength(what === note ? 1 : 0);
    const { status, reason } = run.result.proof as { status: string; reason: string };
    expect(status).toBe(what === proof ? "not-checked" : "proved");
    if (what === proof) expect(reason).toContain(`${action} is not allowed`);
    expect(run.talk).toContain(`${action} is not allowed`);
  },
  60_000,
);

it.each([
  { operation: "DescribeServices", made: [], left: /Nothing was registered or updated\.$/ },
  { operation: "RegisterTaskDefinition", made: [asked[0]], left: /Nothing was registered or updated\.$/ },
  { operation: "UpdateService", made: asked, left: /ecs-demo:\d+ was registered; the service was not changed\.$/ },
])("is not deployed without ecs:$operation", async ({ operation, made, left }) => {
  const run = await deploy({ service: "ecs", operation });
  const error = { code: "AWS_ACCESS_DENIED", message: expect.stringContaining(`ecs:${operation}`) };
  expect(run, run.talk).toMatchObject({ exitCode: 1, result: { error }, mutating: made });
  expect((run.result.error as { remedy: string }).remedy).toMatch(left);
});

it("is left to go on where ecs:DescribeServices is taken away while the run waits", async () => {
  const run = await deploy({ ...whileWaiting, after: 1 });
  const error = { code: "AWS_ACCESS_DENIED", message: expect.stringMatching(/goes on without being watched$/) };
  expect(run, run.talk).toMatchObject({ exitCode: 1, result: { error }, mutating: asked });
  expect(run.result).not.toHaveProperty("outcome");
});

/** All that the local cloud has but what a policy of docs/permissions.md allows. */
function allBut(heading: string): readonly Denial[] {
  const page = readFileSync("docs/permissions.md", "utf8");
  const policy = page.split(`### ${heading}\n`)[1]?.split("```json\n")[1]?.split("```")[0] ?? "";
  const { Statement } = JSON.parse(policy) as { Statement: { Action: string | string[] }[] };
  const allowed = new Set(Statement.flatMap(({ Action }) => Action));
  const signing: Readonly<Record<string, string>> = {
    cloudwatch: "monitoring",
    applicationautoscaling: "application-autoscaling",
  };
  const [, operations = ""] = readFileSync("docs/local-cloud.md", "utf8").split("## Operations");
  const [, ...rows] = operations.matchAll(/^\| (\w+) \| ((?:\w+, )*\w+) \|$/gm);
  return rows.flatMap(([, service = "", its = ""]) =>
    its
      .split(", ")
      .filter((operation) => !allowed.has(`${service}:${operation}`))
      .map((operation) => ({ service: signing[service] ?? service, operation })),
  );
}

it.each([
  ["The least for deploy", { status: "not-checked", reason: "ecs:ListTasks is not allowed" }],
  ["All for deploy", { status: "proved" }],
])(
  "is deployed with the policy %s and no other action",
  async (heading, told) => {
    const run = await deploy(...allBut(heading));
    expect(run, run.talk).toMatchObject({ exitCode: 0, result: { outcome: "deployed", proof: told }, mutating: asked });
  },
  60_000,
);
