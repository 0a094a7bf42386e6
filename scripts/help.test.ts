import { Command } from "commander";
import { expect, it } from "vitest";
import { processConsole } from "./console.ts";
import { help } from "./help.ts";
import { loadVerbs } from "./verbs.ts";

const verbs = ["build", "render", "deploy", "diff", "status", "replay", "local"];

it.each(verbs)("fits the help of %s into 80 columns, but for its example", async (name) => {
  const terminal = processConsole({
    stdout: process.stdout,
    stderr: process.stderr,
    environment: {},
    signal: new AbortController().signal,
    json: false,
  });
  const root = new Command("ecs-pipeline").configureHelp({ ...help, helpWidth: 80 });
  const [command] = await loadVerbs(name, terminal, () => undefined);
  const text = command?.copyInheritedSettings(root).helpInformation() ?? "";
  expect(text).toContain("--json");
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

it("keeps words beside flags that leave room for them", () => {
  const text = new Command("c")
    .configureHelp({ ...help, helpWidth: 80 })
    .option("--json", "print it")
    .helpInformation();
  expect(text).toMatch(/^ {2}--json +print it$/m);
});
