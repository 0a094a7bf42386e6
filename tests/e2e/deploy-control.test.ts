/** The deploy action where it acts by itself: cancelled, killed, before a revision that cannot start, and for several services. */
import { CreateServiceCommand, DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CLUSTER, clientConfig, SERVICE } from "../../demo/bootstrap.ts";
import { definitionOf } from "../fixtures/demo-service.ts";
import { Job } from "./actions.fixture.ts";
import { Stage } from "./stage.fixture.ts";

/** GitHub sends SIGTERM 7.5 s after SIGINT, and kills the step 2.5 s later. */
const githubWaitsMs = 7_500;

let stage: Stage;
let job: Job;
let image: string;
beforeAll(async () => {
  [stage, job] = await Promise.all([Stage.set(), Job.begin()]);
  image = await stage.build("1.0.0");
  expect(await deploy({ "wait-until": "deployed", "desired-count": "1" })).toMatchObject({ exitCode: 0 });
}, 60_000);
afterAll(() => Promise.all([stage.strike(), job.end()]));

/** Deploys the image; `VERSION` makes a revision of its own. */
async function deploy(given: Record<string, string>, version = "1", onLog?: Parameters<Job["uses"]>[3]) {
  await job.write(
    "taskdef.json",
    JSON.stringify(await definitionOf("<IMAGE1_NAME>", [{ name: "VERSION", value: version }])),
  );
  const target = {
    cluster: CLUSTER,
    ...(given.services ? {} : { service: SERVICE }),
    "task-definition": "taskdef.json",
  };
  return job.uses("deploy", { ...target, image, ...given }, stage.cloud.endpoint, onLog);
}

/** Ends the step once it watches. */
function endWatch(signal: NodeJS.Signals, ended: () => void = () => {}): Parameters<Job["uses"]>[3] {
  let done = false;
  return (log, end) => {
    if (done || !/::group::Watch\n.+\n/.test(log)) return;
    done = true;
    ended();
    end(signal);
  };
}

it("rolls back within GitHub's time where it is cancelled, and the post step confirms it", async () => {
  let endedAt = 0;
  const cancel = endWatch("SIGINT", () => {
    endedAt = performance.now();
  });
  const main = await deploy({ "wait-until": "deployed", "on-cancel": "rollback" }, "2", cancel);
  expect(performance.now() - endedAt).toBeLessThan(githubWaitsMs);
  expect(main).toMatchObject({ exitCode: 1, outputs: { outcome: "cancelled" } });
  expect(main.state.begun).toContain(main.outputs["deployment-id"]);
  expect(main.annotations).toEqual([expect.stringContaining("Amazon ECS was asked to roll back deployment")]);
  const post = await job.post("deploy", main.state, stage.cloud.endpoint);
  expect(post).toMatchObject({ exitCode: 0, annotations: [] });
  expect(post.log).toMatch(/^now {6}web: deployment ecs-svc\/\d+ of ecs-demo:\d+ was rolled back: ecs-demo:\d+ is/m);
}, 30_000);

it("tells by the post step what goes on where the main step was killed, and nothing after other ends", async () => {
  const killed = await deploy({ "wait-until": "deployed" }, "3", endWatch("SIGKILL"));
  expect(killed).toMatchObject({ exitCode: null, outputs: {} });
  expect(killed.state.begun).toContain("ecs-svc/");
  const post = await job.post("deploy", killed.state, stage.cloud.endpoint);
  expect(post.exitCode).toBe(0);
  expect(post.log).toMatch(
    /^now {6}web: deployment ecs-svc\/\d+ of ecs-demo:\d+ (goes on: \d of 1 running|is complete)$/m,
  );
  const joined = await deploy({ "wait-until": "deployed" }, "3");
  expect(joined).toMatchObject({ exitCode: 0 });
  const { ecs } = await stage.calls(() => job.post("deploy", joined.state, stage.cloud.endpoint));
  expect(ecs).toEqual([]);
}, 30_000);

it("goes back at the first proof that the image does not exist", async () => {
  const missing = image.replace(/@.*/, ":none");
  const { ecs } = await stage.calls(async () => {
    const run = await deploy({ "wait-until": "deployed", image: missing });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: "rolled-back" } });
    expect(run.log).toContain("the revision cannot start: CannotPullContainerError");
    expect(JSON.parse(run.outputs["summary-json"] ?? "")).toMatchObject({ diagnosis: { cause: "image-unavailable" } });
  });
  expect(ecs.filter((operation) => operation === "StopServiceDeployment")).toHaveLength(1);
}, 30_000);

it("refuses the same image before anything is changed, by preflight: full", async () => {
  const { mutating } = await stage.calls(async () => {
    const run = await deploy({ image: image.replace(/@.*/, ":none"), preflight: "full" });
    expect(run).toMatchObject({ exitCode: 1, annotations: [expect.stringContaining("title=PREFLIGHT_FAILED")] });
  });
  expect(mutating).toEqual([]);
}, 30_000);

it("deploys one revision to several services, and says of each what came of it", async () => {
  const ecs = new ECSClient(clientConfig(stage.cloud.endpoint));
  const { services: [web] = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE] }),
  );
  const { networkConfiguration, taskDefinition, deploymentConfiguration } = web ?? {};
  const like = {
    cluster: CLUSTER,
    launchType: "FARGATE" as const,
    networkConfiguration,
    taskDefinition,
    deploymentConfiguration,
  };
  await ecs.send(new CreateServiceCommand({ ...like, serviceName: "worker", desiredCount: 1 }));
  const { ecs: calls } = await stage.calls(async () => {
    const run = await deploy({ services: `${SERVICE}\nworker`, "wait-until": "deployed" }, "4");
    expect(run).toMatchObject({ exitCode: 0, annotations: [], outputs: { outcome: "deployed" } });
    const { services } = JSON.parse(run.outputs["summary-json"] ?? "") as {
      services: { service: string; outcome: string }[];
    };
    expect(services.map(({ service, outcome }) => [service, outcome])).toEqual([
      [SERVICE, "deployed"],
      ["worker", "deployed"],
    ]);
    expect(run.log).toMatch(/✔ deployed in .*worker$/m);
    expect(run.summary).toContain("| worker | deployed |");
  });
  const count = (operation: string) => calls.filter((call) => call === operation).length;
  expect([count("RegisterTaskDefinition"), count("UpdateService")]).toEqual([1, 2]);
  ecs.destroy();
}, 40_000);
