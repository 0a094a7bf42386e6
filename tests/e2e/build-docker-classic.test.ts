/** `ecs-pipeline build` where Docker is less than it may be: without buildx, without an engine, without the program. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { describeWithEngine } from "../engine.fixture.ts";
import type { Variables } from "./build.fixture.ts";
import { dockerfile, dockerWorkbench, manifestOf, step } from "./docker-workbench.fixture.ts";

describeWithEngine("ecs-pipeline build with less than buildx", () => {
  const bench = dockerWorkbench();

  it.each<[what: string, variables: (workbench: string) => Variables]>([
    ["the classic builder", () => ({ DOCKER_BUILDKIT: "0" })],
    ["a Docker without the plugin", withoutPlugin],
  ])(
    "builds and pushes with %s",
    async (_, variables) => {
      await dockerfile(
        bench(),
        "classic",
        "ARG V=0",
        step("console.log('classic',process.env.V)"),
        'CMD ["node", "-p", "1+1"]',
      );
      const args = ["--repository", "web", "--tag", "classic", "--tags", "also", "--build-args", `V=${Math.random()}`];
      const { result, talk, exitCode } = await bench().build("classic", args, variables(bench().folder));
      expect(exitCode, talk).toBe(0);
      expect(result.builder).toMatch(/^docker build /);
      expect(await manifestOf(bench(), String(result.digest))).toHaveProperty("layers");
      expect(await bench().run(String(result.image))).toBe("2\n");
      await dockerfile(bench(), "classic", step("console.error('reason');process.exit(4)"));
      const failed = await bench().build(
        "classic",
        ["--repository", "web", "--tag", "classic"],
        variables(bench().folder),
      );
      expect(failed.result.error).toMatchObject({
        code: "IMAGE_BUILD_FAILED",
        message: expect.stringMatching(/exit code 4\n[\s\S]*reason/),
      });
    },
    60_000,
  );

  it.each([
    [["--cache-to", "type=inline"], "cache-to: "],
    [["--secrets", "a=bcdef"], "secrets: "],
    [["--platforms", "linux/amd64,linux/arm64"], "several platforms: "],
    [["--platforms", "linux/s390x"], "platforms linux/s390x on an engine for "],
    [["--provenance", "true"], "provenance: "],
    [["--cache-from", "type=gha"], "cache-from type=gha: "],
  ])("refuses %j by name where only the classic builder is there", async (args, message) => {
    const all = ["--repository", "web", "--tag", "x", "--builder", "docker", ...args];
    const { result, talk } = await bench().build("files", all, { DOCKER_BUILDKIT: "0" });
    expect(result.error).toMatchObject({
      code: "IMAGE_BUILDER_UNSUPPORTED",
      message: expect.stringContaining(message),
    });
    expect(talk).not.toContain("building");
  });

  it.each<[what: string, variables: Variables, message: RegExp]>([
    ["engine", { DOCKER_HOST: "unix:///nowhere/docker.sock" }, /no Docker engine answers: .*unix:\/\/\/nowhere/],
    ["program", { PATH: dirname(process.execPath) }, /there is no program docker on the PATH/],
  ])("says that there is no %s, and builds natively what can be built so", async (_, variables, message) => {
    const args = ["--repository", "web", "--tag", "x", "--builder", "docker"];
    const refused = await bench().build("files", args, variables);
    expect(refused.result.error).toMatchObject({ code: "DOCKER_UNAVAILABLE", message: expect.stringMatching(message) });
    const run = await bench().build("files", ["--repository", "web", "--tag", "native"], variables);
    expect(run.result).toMatchObject({ builder: "native" });
    await dockerfile(bench(), "needy", step("1"));
    const needy = await bench().build("needy", ["--repository", "web", "--tag", "x"], variables);
    expect(needy.result.error).toMatchObject({
      code: "IMAGE_INSTRUCTION_UNSUPPORTED",
      message: expect.stringMatching(message),
    });
  });
});

/** A configuration that names no plugins; where Docker also finds them elsewhere, DOCKER_BUILDKIT=0 does the same. */
function withoutPlugin(workbench: string): Variables {
  const folder = join(workbench, "bare");
  mkdirSync(folder, { recursive: true });
  const variables = { ...process.env, DOCKER_CONFIG: folder };
  const plugins = execFileSync("docker", ["info", "--format", "{{json .ClientInfo.Plugins}}"], { env: variables });
  return { DOCKER_CONFIG: folder, ...(plugins.includes("buildx") ? { DOCKER_BUILDKIT: "0" } : {}) };
}
