/** Two runs of one second: whatever their order, what each says is true, and nothing is done that was not asked for. */
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import { type FailureRun, FailureStage } from "./failure-stage.fixture.ts";

let stage: FailureStage;
beforeEach(async () => {
  stage = await FailureStage.set({ speed: 5 }, "simulated");
}, 60_000);
afterEach(() => stage.strike());

const flags = ["--wait-until", "deployed"];

interface Said {
  readonly outcome: string;
  readonly taskDefinitionArn: string;
  readonly deploymentId: string;
  readonly now: { readonly taskDefinitionArn: string; readonly deploymentId: string };
}

/** Both runs, the one that got there first. */
async function both(releases: readonly Parameters<FailureStage["deploy"]>[0][]) {
  const runs = await Promise.all(releases.map((release) => stage.deploy(release)));
  const said = runs.map(({ exitCode, result }) => ({ exitCode, ...(result as unknown as Said) }));
  const talk = runs.map((run: FailureRun) => run.talk).join("\n");
  return { said, talk, primary: await stage.others.primary() };
}

async function updates(work: () => Promise<unknown>): Promise<readonly string[]> {
  const { mutating } = await stage.calls(work);
  return [...mutating].sort();
}

/** What the runs say that they changed, as the journal names it. */
function saidToBeChanged(talk: string): readonly string[] {
  const times = (words: RegExp, operation: string) => [...talk.matchAll(words)].map(() => operation);
  return [
    ...times(/^change +registered ecs-demo:\d+$/gm, "RegisterTaskDefinition"),
    ...times(/^(?:change)? +updated service web · deployment /gm, "UpdateService"),
  ];
}

it("makes one deployment of one registered revision, which both follow to the same end", async () => {
  const release = { image: await stage.image("2.0.0", { startSeconds: 40 }), flags };
  await stage.deploy(release);
  await stage.others.ecs.send(
    new UpdateServiceCommand({ cluster: CLUSTER, service: SERVICE, taskDefinition: "ecs-demo:2" }),
  );
  await stage.others.completed(SERVICE);
  let told: readonly string[] = [];
  const changes = await updates(async () => {
    const { said, talk, primary } = await both([release, release]);
    told = saidToBeChanged(talk);
    expect(said, talk).toMatchObject([{ outcome: "deployed" }, { outcome: "deployed" }]);
    expect(said.map(({ deploymentId }) => deploymentId)).toEqual([primary.id, primary.id]);
  });
  expect(changes).toEqual(told);
  // The later one may have found the deployment of the other, and have nothing to change.
  expect([["UpdateService"], ["UpdateService", "UpdateService"]]).toContainEqual(changes);
}, 60_000);

it.each([
  ["of different images", ["2.0.0", "3.0.0"]],
  ["of one and the same image", ["2.0.0", "2.0.0"]],
])(
  "deploys one and says of the other what took its place: two %s",
  async (_what, versions) => {
    const script = { startSeconds: 40 };
    const images = new Map<string, string>();
    for (const version of new Set(versions)) images.set(version, await stage.image(version, script));
    let told: readonly string[] = [];
    const changes = await updates(async () => {
      const { said, talk, primary } = await both(
        versions.map((version) => ({ image: images.get(version) ?? "", flags })),
      );
      told = saidToBeChanged(talk);
      const deployed = said.filter(({ outcome }) => outcome === "deployed");
      const lost = said.filter(({ outcome }) => outcome === "superseded");
      // Of one image the second may have found what the first has registered, and joined it.
      expect([deployed.length, lost.length], talk).toEqual(
        versions[0] === versions[1] && lost.length === 0 ? [2, 0] : [1, 1],
      );
      for (const { exitCode, taskDefinitionArn, deploymentId } of deployed) {
        expect({ exitCode, deploymentId, taskDefinitionArn }).toEqual({
          exitCode: 0,
          deploymentId: primary.id,
          taskDefinitionArn: primary.taskDefinition,
        });
      }
      for (const { exitCode, now, deploymentId } of lost) {
        expect({ exitCode, now: now.deploymentId }).toEqual({ exitCode: 1, now: primary.id });
        expect(deploymentId).not.toBe(primary.id);
      }
    });
    expect(changes).toEqual(told);
    // Of one image the second may have found all that the first has begun, and have nothing to change.
    const least = versions[0] === versions[1] ? 1 : 2;
    for (const operation of ["RegisterTaskDefinition", "UpdateService"]) {
      const made = changes.filter((change) => change === operation).length;
      expect([least, 2], changes.join()).toContain(made);
    }
  },
  60_000,
);
