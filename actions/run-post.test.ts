import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ToolkitError } from "../core/platform/errors.ts";
import { type PostEnding, type PostStep, runPost } from "./run-post.ts";
import { stateOf } from "./state.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "post-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(work: (step: PostStep) => PostEnding, environment: NodeJS.ProcessEnv = {}) {
  const lines: string[] = [];
  const exitCode = await runPost(async (step) => work(step), {
    environment: { GITHUB_STEP_SUMMARY: join(folder, "summary"), ...environment },
    write: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  return { exitCode, lines };
}

describe("state", () => {
  it("is written in GitHub's format, and read as the runner gives it back", async () => {
    const GITHUB_STATE = join(folder, "state");
    const { saveState } = stateOf({ GITHUB_STATE });
    await saveState("folder", "/tmp/a\nb");
    await saveState("ended", "deployed");
    expect(readFileSync(GITHUB_STATE, "utf8")).toMatch(
      /^folder<<(value_[0-9a-f-]{36})\n\/tmp\/a\nb\n\1\nended<<(value_[0-9a-f-]{36})\ndeployed\n\2\n$/,
    );
    const { readState } = stateOf({ STATE_folder: "/tmp/a\nb", STATE_empty: "" });
    expect([readState("folder"), readState("empty"), readState("none")]).toEqual(["/tmp/a\nb", undefined, undefined]);
  });

  it("is refused where the runner has no place for it", async () => {
    await expect(stateOf({}).saveState("a", "b")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: "GITHUB_STATE: is not set, as it is in a step of a workflow",
    });
  });
});

describe("runPost", () => {
  it("gives the main step's state, and reports outside of all groups", async () => {
    const ran = await run(
      ({ log, readState }) => {
        log.step("watch", "read");
        return { report: [`was ${readState("ended")}`, "::error::no"], summary: "## ✔" };
      },
      { STATE_ended: "cancelled" },
    );
    expect(ran).toEqual({
      exitCode: 0,
      lines: ["::group::Watch", "read", "::endgroup::", "was cancelled", ": :error::no"],
    });
    expect(readFileSync(join(folder, "summary"), "utf8")).toBe("## ✔\n");
  });

  it("fails by one annotation", async () => {
    const failure = { code: "DEPLOYMENT_FAILED", message: "failed: a", remedy: "Do b." };
    expect(await run(() => ({ failure }))).toEqual({
      exitCode: 1,
      lines: ["::error title=DEPLOYMENT_FAILED::failed: a%0ADo b."],
    });
    const thrown = await run(() => {
      throw new ToolkitError("AWS_ACCESS_DENIED", "no", "Allow it.");
    });
    expect(thrown).toEqual({ exitCode: 1, lines: ["::error title=AWS_ACCESS_DENIED::no%0AAllow it."] });
  });
});
