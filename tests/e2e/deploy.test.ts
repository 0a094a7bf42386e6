/** What a deployment says and does: good, unchanged, not waited for, and three ways to fail. By the built CLI. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stage } from "./stage.fixture.ts";

let stage: Stage;
let image: string;

beforeAll(async () => {
  stage = await Stage.set();
  image = await stage.build("1.0.0");
  const { result } = await stage.deploy(image, { flags: ["--wait-until", "deployed", "--desired-count", "2"] });
  expect(result).toMatchObject({ outcome: "deployed", proof: { status: "proved" } });
}, 60_000);
afterAll(() => stage.strike());

describe("ecs-pipeline deploy", () => {
  it("changes nothing where there is nothing to change", async () => {
    let run: Awaited<ReturnType<Stage["deploy"]>> | undefined;
    const { mutating } = await stage.calls(async () => {
      run = await stage.deploy(image);
    });
    expect(run).toMatchObject({ exitCode: 0, result: { outcome: "unchanged" } });
    expect(mutating).toEqual([]);
  });

  it("makes at most four ECS calls where it is not to wait", async () => {
    const next = await stage.build("1.1.0");
    let run: Awaited<ReturnType<Stage["deploy"]>> | undefined;
    const { ecs, mutating } = await stage.calls(async () => {
      run = await stage.deploy(next, { flags: [] });
    });
    expect(run).toMatchObject({ exitCode: 0, result: { outcome: "started" } });
    expect(ecs.length).toBeLessThanOrEqual(4);
    expect(mutating).toEqual(["RegisterTaskDefinition", "UpdateService"]);
    // A second run finds it under way and goes on from there.
    expect(await stage.deploy(next)).toMatchObject({ exitCode: 0, result: { outcome: "deployed" } });
  }, 60_000);

  it("registers nothing for a service that is not there", async () => {
    const { mutating } = await stage.calls(async () => {
      const run = await stage.cli(
        "deploy",
        "--cluster",
        "ecs-demo",
        "--service",
        "none",
        "--task-definition",
        "taskdef.json",
        "--image",
        image,
      );
      expect(run).toMatchObject({ exitCode: 1, result: { error: { code: "ECS_SERVICE_NOT_FOUND" } } });
    });
    expect(mutating).toEqual([]);
  });
});

describe.each([
  {
    failure: "an application that fails its health checks",
    environment: [{ name: "REHEARSE_UNHEALTHY", value: "true" }],
    cause: /health-check$/,
    why: /health check/,
    logs: /healthz/,
    fix: /healthz|health check/,
  },
  {
    failure: "an application that exits at start",
    environment: [{ name: "REHEARSE_EXIT_AT_START", value: "3" }],
    cause: /^container-exited$/,
    why: /exit(ed|s)?.*3/,
    logs: /REHEARSE_EXIT_AT_START|rehears/i,
    fix: /web/,
  },
  {
    failure: "an image that is not there",
    missing: true,
    cause: /^image-unavailable$/,
    why: /not found/,
    fix: /ecs-demo/,
  },
])("$failure", ({ environment = [], missing = false, cause, why, logs, fix }) => {
  it("is rolled back and explained", async () => {
    const broken = missing ? `${image.split("@")[0]}:never-pushed` : image;
    const { exitCode, result, talk } = await stage.deploy(broken, { environment });
    expect({ exitCode, outcome: result.outcome }).toEqual({ exitCode: 1, outcome: "rolled-back" });
    const diagnosis = result.diagnosis as {
      cause: string;
      why: string;
      fix: string;
      tasks: unknown[];
      logs?: { lines: { message: string }[] };
    };
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.why).toMatch(why);
    expect(diagnosis.fix).toMatch(fix);
    // An image that is not there is proof at the first task: the breaker's three are not waited for.
    expect(diagnosis.tasks.length).toBeGreaterThanOrEqual(missing ? 1 : 3);
    if (logs !== undefined) expect(diagnosis.logs?.lines.map(({ message }) => message).join("\n")).toMatch(logs);
    expect(talk).toMatch(/✖ rolled-back after .*\n[\s\S]*^why {6}.*\n[\s\S]*^fix {6}/m);
    expect(result.now).toMatchObject({ running: 2, desired: 2, rolloutState: "COMPLETED" });
  }, 120_000);
});
