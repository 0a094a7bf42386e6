import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { BegunDeployment } from "../../core/deployment/begun.ts";
import type { DeployResult } from "../../core/deployment/deploy-result.ts";
import { WaitedFor } from "./state.ts";

const begun = (id: string): BegunDeployment => ({
  cluster: "default",
  service: "web",
  id,
  taskDefinitionArn: "td",
  createdAt: "2026-01-01T00:00:00.000Z",
  previous: undefined,
});

/** As GITHUB_STATE is read: the last entry under a name counts. The first write takes the longest. */
function recorded() {
  const entries: (readonly [string, string])[] = [];
  let waitMs = 10;
  const saveState = async (name: string, value: string) => {
    waitMs /= 2;
    await sleep(waitMs);
    entries.push([name, value]);
  };
  const waitedFor = new WaitedFor({ saveState }, "rollback");
  const ids = () => {
    const value = new Map(entries).get("begun") ?? "none";
    return value === "" ? [] : value.split("\n").map((line) => (JSON.parse(line) as BegunDeployment).id);
  };
  return { waitedFor, ids, entries };
}

function result(deploymentId: string, outcome: DeployResult["outcome"]): DeployResult {
  return { deploymentId, outcome } as DeployResult;
}

it("keeps all of several that begin at once, in the order in which they came", async () => {
  const { waitedFor, ids, entries } = recorded();
  await Promise.all([waitedFor.add(begun("1")), waitedFor.add(begun("2"))]);
  expect(ids()).toEqual(["1", "2"]);
  expect(entries[0]).toEqual(["on-cancel", "rollback"]);
});

it("leaves those that were cancelled, whatever became of the others", async () => {
  const { waitedFor, ids } = recorded();
  await Promise.all([waitedFor.add(begun("1")), waitedFor.add(begun("2"))]);
  await waitedFor.end({ ...result("1", "failed"), services: [result("1", "failed"), result("2", "cancelled")] });
  expect(ids()).toEqual(["2"]);
});

it.each([result("1", "deployed"), undefined])("leaves none where the run ended by itself", async (ended) => {
  const { waitedFor, ids } = recorded();
  await waitedFor.add(begun("1"));
  await waitedFor.end(ended);
  expect(ids()).toEqual([]);
});

it("keeps nothing where nothing was waited for", async () => {
  const { waitedFor, entries } = recorded();
  await waitedFor.end(result("1", "cancelled"));
  expect(entries).toEqual([]);
});
