import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { TemporaryFolder } from "./folders.fixture.ts";
import { removeLeftFolders } from "./left-folders.ts";

it("removes what processes that are gone left, and nothing else", async () => {
  const { pid: gone } = spawnSync(process.execPath, ["--version"]);
  await using folder = await TemporaryFolder.create();
  const kept = [`ecs-pipeline-image-${process.pid}-a`, "ecs-pipeline-image-x", `ecs-pipeline-local-${gone}-a`];
  for (const name of [...kept, `ecs-pipeline-image-${gone}-b`, `ecs-pipeline-docker-${gone}-c`]) {
    await folder.write({ [`${name}/file`]: "" });
  }
  await removeLeftFolders(folder.path);
  expect((await readdir(folder.path)).toSorted()).toEqual(kept.toSorted());
  await removeLeftFolders(`${folder.path}/nowhere`);
});
