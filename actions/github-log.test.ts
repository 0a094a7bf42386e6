import { expect, it } from "vitest";
import { githubLog } from "./github-log.ts";

it("groups the lines of each phase, and leaves the service and the verdict outside", () => {
  const lines: string[] = [];
  const log = githubLog((line) => lines.push(line), " · rehearsal");
  log.step("service", "web on ecs-demo");
  log.step("plan", "web:1 → a new revision of web");
  log.warn("taskdef.json: left out revision");
  log.step("plan", "  ::error::is no command");
  log.progress("watch", "1 of 2");
  log.step("watch", "0:04  1 of 2 running");
  log.endGroup();
  log.endGroup();
  expect(lines).toEqual([
    "web on ecs-demo · rehearsal",
    "::group::Plan",
    "web:1 → a new revision of web",
    "note     taskdef.json: left out revision",
    "  : :error::is no command",
    "::endgroup::",
    "::group::Watch",
    "0:04  1 of 2 running",
    "::endgroup::",
  ]);
});
