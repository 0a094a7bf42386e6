import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ToolkitError } from "../core/platform/errors.ts";
import { inputSchema } from "../core/platform/input.ts";
import { text } from "../core/platform/input-fields.ts";
import { type Action, type Ending, runAction, type Step } from "./run-action.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "action-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const entries = { file: v.optional(text("A file.")) };
const input = inputSchema(entries);

/** Runs an action that does `work`, and answers all that GitHub gets of it. */
async function run(
  work: (step: Step) => Ending | Promise<Ending>,
  environment: NodeJS.ProcessEnv = {},
  signal = new AbortController().signal,
) {
  const lines: string[] = [];
  const files = { output: join(folder, "output"), summary: join(folder, "summary") };
  const action: Action<typeof entries> = {
    input,
    notBuilt: ["other"],
    file: ({ file }) => file,
    run: async (_, step) => work(step),
  };
  const exitCode = await runAction(action, {
    environment: {
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_WORKSPACE: "/home/runner/repo",
      RUNNER_TEMP: folder,
      ...environment,
    },
    write: (line) => lines.push(line),
    signal,
  });
  const read = (file: string) => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
  };
  return { exitCode, lines, output: read(files.output), summary: read(files.summary) };
}

const good: Ending = {
  outputs: { image: "a\nb", nothing: undefined },
  report: ["✔ pushed", "::error::no"],
  summary: "## ✔",
};
const failure = { code: "DEPLOYMENT_FAILED", message: "failed: a", remedy: "Do b." };

describe("runAction", () => {
  it("sets outputs and summary, and ends with the report outside of all groups", async () => {
    const ran = await run((step) => {
      step.log.step("watch", "0:01  1 of 1");
      return good;
    });
    expect(ran).toMatchObject({
      exitCode: 0,
      lines: ["::group::Watch", "0:01  1 of 1", "::endgroup::", "✔ pushed", ": :error::no"],
      summary: "## ✔\n",
    });
    expect(ran.output).toMatch(/^image<<(value_[0-9a-f-]{36})\na\nb\n\1\n$/);
  });

  it("fails by one annotation on the file of the workspace, with the outputs set", async () => {
    const ran = await run(() => ({ ...good, report: [], failure }), { INPUT_FILE: "/home/runner/repo/a/taskdef.json" });
    expect(ran).toMatchObject({
      exitCode: 1,
      lines: ["::error title=DEPLOYMENT_FAILED,file=a/taskdef.json::failed: a%0ADo b."],
      output: expect.stringContaining("image<<"),
    });
  });

  it.each(["/home/runner/repos/taskdef.json", "/home/runner/taskdef.json"])(
    "does not annotate a file elsewhere: %s",
    async (file) => {
      const { lines } = await run(() => ({ ...good, report: [], failure }), { INPUT_FILE: file });
      expect(lines).toEqual(["::error title=DEPLOYMENT_FAILED::failed: a%0ADo b."]);
    },
  );

  it("tells what was thrown, closes the group, and sums it up", async () => {
    const ran = await run((step) => {
      step.log.step("plan", "a");
      throw new ToolkitError("ECS_SERVICE_NOT_FOUND", "there is no service web", "Create web.");
    });
    expect(ran).toEqual({
      exitCode: 1,
      lines: [
        "::group::Plan",
        "a",
        "::endgroup::",
        "::error title=ECS_SERVICE_NOT_FOUND::there is no service web%0ACreate web.",
      ],
      output: undefined,
      summary: "## ✖ ECS\\_SERVICE\\_NOT\\_FOUND\n\nthere is no service web\n\n**Fix** Create web.\n\n",
    });
  });

  it("keeps the stack of a bug for debug logging", async () => {
    const { exitCode, lines } = await run(() => {
      throw new TypeError("a is not a function\nmore");
    });
    expect(exitCode).toBe(1);
    expect(lines[0]).toMatch(/^::error title=UNEXPECTED::a is not a function%0AThis is a bug/);
    expect(lines[1]).toMatch(/^::debug::TypeError: a is not a function%0Amore%0A {4}at /);
  });

  it("says that it was cancelled, not what broke by it", async () => {
    const { exitCode, lines } = await run(
      () => {
        throw new Error("socket closed");
      },
      {},
      AbortSignal.abort(),
    );
    expect(exitCode).toBe(1);
    expect(lines).toEqual(["::error title=CANCELLED::the run was ended from outside%0ARun it again."]);
  });

  it.each([
    [{ INPUT_FIEL: "a" }, "fiel: there is no such input, did you mean file?"],
    [{ INPUT_OTHER: "a" }, "other: this action does not have this input yet"],
    [{ GITHUB_OUTPUT: "" }, "GITHUB_OUTPUT: is not set"],
    [{ RUNNER_TEMP: undefined }, "RUNNER_TEMP: is not set"],
  ])("does nothing and ends with 2 on misuse: %j", async (environment, message) => {
    let worked = false;
    const { exitCode, lines } = await run(() => {
      worked = true;
      return good;
    }, environment);
    expect({ exitCode, worked }).toEqual({ exitCode: 2, worked: false });
    expect(lines).toEqual([expect.stringContaining(`::error title=INPUT_INVALID::${message}`)]);
  });

  it("goes without a job summary where the server has none", async () => {
    expect(await run(() => good, { GITHUB_STEP_SUMMARY: "" })).toMatchObject({ exitCode: 0, summary: undefined });
  });

  it("names the endpoint that is not AWS in the line of the service", async () => {
    const work = (step: Step) => {
      step.log.step("service", "web on prod");
      return { outputs: {}, report: [String(step.rehearsal)] };
    };
    const endpoint = "http://127.0.0.1:4566";
    const rehearsed = await run(work, { AWS_ENDPOINT_URL: endpoint });
    expect(rehearsed.lines).toEqual([`web on prod · rehearsal (${endpoint})`, endpoint]);
    expect((await run(work)).lines).toEqual(["web on prod", "undefined"]);
  });
});
