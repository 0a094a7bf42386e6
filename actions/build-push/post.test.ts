import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "post-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function post(passwordFolder: string): Promise<void> {
  const env = { PATH: process.env.PATH, "STATE_password-folder": passwordFolder };
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, "post.ts")], { env });
}

async function folderOf(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, "config.json"), "{}");
  return path;
}

it("removes the password that a killed build left, and nothing that is none", async () => {
  const password = await folderOf("ecs-pipeline-docker-1-x");
  const other = await folderOf("other");
  await post(password);
  await post(other);
  await post("");
  expect([existsSync(password), existsSync(other)]).toEqual([false, true]);
});
