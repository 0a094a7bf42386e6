/**
 * `start.<action>.missing-input`: an action as the runner starts it, with all its defaults and no required input, from
 * spawn to exit. `start.deploy.one-call`: the action deploy for a service that is not there, which DescribeServices
 * alone tells. `start.cli.help`: `ecs-pipeline --help`. The committed bundles, milliseconds.
 * The peer is `node -e 0` of the same Node, alternating.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { CLUSTER, REPOSITORY } from "../demo/bootstrap.ts";
import { Stage } from "../tests/e2e/stage.fixture.ts";
import { definitionOf } from "../tests/fixtures/demo-service.ts";
import { type MeasureOptions, type Row, spread } from "./rows.ts";
import { type Expected, timeExpecting } from "./timed-process.ts";

const ROOT = resolve(import.meta.dirname, "..");

interface Start {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly expected: Expected;
}

export async function measureStart({ runs }: MeasureOptions): Promise<Row[]> {
  const [stage, folder] = await Promise.all([Stage.set(), mkdtemp(join(tmpdir(), "bench-start-"))]);
  try {
    const rows: Row[] = [];
    for (const start of await starts(stage.cloud.endpoint, folder)) {
      await checkCalls(stage, start, folder);
      rows.push(await alternate(start, folder, runs));
    }
    return rows;
  } finally {
    await stage.strike();
    await rm(folder, { recursive: true });
  }
}

async function starts(endpoint: string, folder: string): Promise<Start[]> {
  await writeFile(join(folder, "taskdef.json"), JSON.stringify(await definitionOf(`${REPOSITORY}:1.0.0`)));
  const missing = await Promise.all(
    ["render", "deploy", "build-push"].map((name) =>
      action(
        `start.${name}.missing-input`,
        name,
        {},
        { endpoint, folder },
        { exitCode: 2, says: "::error title=INPUT_INVALID" },
      ),
    ),
  );
  const given = { cluster: CLUSTER, service: "none", "task-definition": "taskdef.json" };
  const oneCall = await action(
    "start.deploy.one-call",
    "deploy",
    given,
    { endpoint, folder },
    {
      exitCode: 1,
      says: "::error title=ECS_SERVICE_NOT_FOUND",
    },
  );
  const help = {
    name: "start.cli.help",
    args: [join(ROOT, "scripts/dist/cli.js"), "--help"],
    env: {},
    expected: { exitCode: 0, says: "deploy" },
  };
  return [...missing, oneCall, help];
}

/** As the runner sets it up: every input that action.yml names, by its upper-case name. */
async function action(
  name: string,
  bundle: string,
  given: Readonly<Record<string, string>>,
  { endpoint, folder }: { endpoint: string; folder: string },
  expected: Expected,
): Promise<Start> {
  const { inputs } = parse(await readFile(join(ROOT, `actions/${bundle}/action.yml`), "utf8")) as {
    inputs: Record<string, { default?: string }>;
  };
  const variables = Object.entries(inputs).map(([input, { default: value = "" }]) => [
    `INPUT_${input.toUpperCase()}`,
    given[input] ?? value,
  ]);
  const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary") };
  await Promise.all(Object.values(files).map((file) => writeFile(file, "")));
  return {
    name,
    args: [join(ROOT, `actions/dist/${bundle}.js`)],
    env: {
      ...Object.fromEntries(variables),
      ...files,
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: folder,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    },
    expected,
  };
}

/** A start that calls AWS more or less often than its name says would be another figure. */
async function checkCalls(stage: Stage, { name, args, env, expected }: Start, cwd: string): Promise<void> {
  const { ecs } = await stage.calls(() => timeExpecting(expected, process.execPath, args, { cwd, env }));
  if (ecs.length !== (name.endsWith(".one-call") ? 1 : 0))
    throw new Error(`${name} made ${ecs.length} ECS calls: ${ecs.join(", ")}`);
}

async function alternate({ name, args, env, expected }: Start, cwd: string, runs: number): Promise<Row> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    ours.push(await timeExpecting(expected, process.execPath, args, { cwd, env }));
    bare.push(await timeExpecting({ exitCode: 0 }, process.execPath, ["-e", "0"], { cwd, env: {} }));
  }
  return { name, unit: "ms", ...spread(ours), peer: { name: "node -e 0", ...spread(bare) } };
}
