import { describe, expect, it } from "vitest";
import { buildInput } from "../build-input.ts";
import { planBuild } from "../build-plan.ts";
import { readSecrets, redactor } from "./secrets.ts";

function read(input: Record<string, unknown>, environment: Record<string, string> = {}) {
  return readSecrets(planBuild(buildInput.parse({ repository: "web", tag: "v1", ...input })), environment);
}

describe("readSecrets", () => {
  it("puts values into the environment alone", () => {
    const input = { secrets: "a=one=1", "secret-envs": "b=B", "secret-files": "c=/run/c.txt" };
    expect(read(input, { B: "two" })).toEqual({
      arguments: [
        "id=a,env=ECS_PIPELINE_BUILD_SECRET_0",
        "id=b,env=ECS_PIPELINE_BUILD_SECRET_1",
        "id=c,src=/run/c.txt",
      ],
      variables: { ECS_PIPELINE_BUILD_SECRET_0: "one=1", ECS_PIPELINE_BUILD_SECRET_1: "two" },
      values: ["one=1", "two"],
    });
  });

  it.each([
    [{ secrets: "very-secret" }, "secrets: an entry is not of the form id="],
    [{ "secret-envs": "a=very-secret" }, "secret-envs: a: the variable that it names is not set"],
    [{ "secret-envs": "a=constructor" }, "secret-envs: a: the variable that it names is not set"],
    [{ "secret-files": "a=b,env=HOME" }, 'secret-files: "b,env=HOME" has a comma or a quote'],
    [{ secrets: "a,b=c" }, "secrets: an entry is not of the form id="],
  ])("refuses %j, without the value", (input, message) => {
    expect(() => read(input)).toThrow(message);
    expect(() => read(input)).not.toThrow("very-secret");
  });
});

it("takes every line of a secret out of every line of a log", () => {
  const redact = redactor(["first line\nsecond line", "second", "abc"]);
  expect(redact("a second line, then the first line; abc stays")).toBe("a ***, then the ***; abc stays");
});
