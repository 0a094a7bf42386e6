/** `ecs-pipeline build` ended while a real Docker engine works for it. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeWithEngine } from "../engine.fixture.ts";
import type { Variables } from "./build.fixture.ts";
import { dockerfile, dockerWorkbench, step } from "./docker-workbench.fixture.ts";

describeWithEngine("ecs-pipeline build, asked to end,", () => {
  const bench = dockerWorkbench();

  it.each<[kind: string, variables: Variables]>([
    ["buildx", {}],
    ["the classic builder", { DOCKER_BUILDKIT: "0" }],
  ])(
    "ends %s and all its processes when it is asked to end",
    async (_, variables) => {
      await dockerfile(
        bench(),
        "slow",
        step(`console.log('step is running ${Math.random()}');setTimeout(()=>{},90000)`),
      );
      const args = ["--repository", "web", "--tag", "slow", "--context", join(bench().folder, "slow")];
      const { child, ended, talk } = bench().start(args, variables);
      let password = "";
      while (!/^ *step is running/m.test(talk())) {
        await new Promise((resolve) => child.stderr.once("data", resolve));
        password ||= passwordFiles(bench().folder).join();
      }
      expect(password).toMatch(/^-rw------- /);
      expect(processesOf(bench().folder)).not.toEqual([]);
      child.kill("SIGINT");
      const { exitCode, result } = await ended;
      expect([exitCode, result.error]).toEqual([1, expect.objectContaining({ code: "CANCELLED" })]);
      expect(processesOf(bench().folder)).toEqual([]);
    },
    60_000,
  );
});

/** `ls -l` of the files that hold a registry's password now. */
function passwordFiles(workbench: string): string[] {
  const list = execFileSync("find", [join(workbench, "tmp"), "-name", "config.json", "-exec", "ls", "-l", "{}", ";"]);
  return list.toString().split("\n").filter(Boolean);
}

/** The command lines of docker's processes that work on files of a folder. */
function processesOf(folder: string): string[] {
  const all = execFileSync("ps", ["-eo", "args"]).toString().split("\n");
  return all.filter((line) => line.includes(folder) && /^\S*docker/.test(line));
}
