/** Whatever is given as an input: it is taken, or refused as INPUT_INVALID, by its name and with what to do. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FixedInput, givenInputs } from "../../actions/given-inputs.ts";
import { serviceNames } from "../../core/deployment/deploy-input.ts";
import { wantedSettings } from "../../core/deployment/service-settings.ts";
import { planBuild } from "../../core/image/build-plan.ts";
import { readSecrets } from "../../core/image/docker/secrets.ts";
import { ToolkitError } from "../../core/platform/errors.ts";
import type { InputField } from "../../core/platform/input.ts";
import { withEnvironment } from "../../core/task-definition/expand.ts";
import { build } from "../../scripts/commands/build.ts";
import { deploy } from "../../scripts/commands/deploy.ts";
import { diff } from "../../scripts/commands/diff.ts";
import { local } from "../../scripts/commands/local.ts";
import { render } from "../../scripts/commands/render.ts";
import { status } from "../../scripts/commands/status.ts";
import { runs } from "./runs.ts";

const verbs = [build, deploy, diff, local, render, status];

/** What people, shells, workflows and programs put where a text is expected. */
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    " ",
    "true",
    "-1",
    "1e9",
    "999999999999999999",
    "[]",
    "{}",
    "null",
    "a=b",
    "=",
    "a,b",
    ",",
    "a/b:c",
  ),
  fc.constantFrom(
    "arn:aws:ecs:us-east-1:1:service/a/b",
    "--help",
    "-",
    "\u0000",
    "\ud800",
    "__proto__",
    "x".repeat(100_000),
  ),
  fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a=b", "id=x", "NAME", "linux/arm64")), {
    maxLength: 3,
  }),
  fc.anything({ maxDepth: 1 }),
);

const sane: Readonly<Record<string, unknown>> = {
  service: "web",
  "task-definition": "t.json",
  repository: "web",
  tag: "1",
};

/** Some of the fields with any value, most others left out; with what must be there, so that the rest is reached. */
function givenTo(fields: readonly InputField[]): fc.Arbitrary<Record<string, unknown>> {
  const names = fields.map(({ name }) => name);
  const strange = fc.constantFrom("__proto__", "constructor", "servise", "", "toString");
  const known = fc.dictionary(
    fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: strange }),
    values,
    {
      maxKeys: 3,
    },
  );
  const filled = Object.fromEntries(Object.entries(sane).filter(([name]) => names.includes(name)));
  return fc.oneof(
    known,
    known.map((given) => ({ ...filled, ...given })),
  );
}

function refuses(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ToolkitError);
    const { code, message, remedy } = error as ToolkitError;
    expect(code).toBe("INPUT_INVALID");
    expect(message).not.toBe("");
    expect(remedy).not.toBe("");
  }
}

describe("any value of any input (properties)", () => {
  it.each(verbs.map((verb) => [verb.name, verb] as const))("%s: is taken or refused", (_name, { input }) => {
    fc.assert(
      fc.property(givenTo(input.fields), (given) => refuses(() => input.parse(given))),
      runs(400),
    );
  });

  it("build: so are platforms, arguments, labels and secrets behind them", () => {
    fc.assert(
      fc.property(givenTo(build.input.fields), (given) =>
        refuses(() => readSecrets(planBuild(build.input.parse(given)), { A: "secret" })),
      ),
      runs(400),
    );
  });

  it("deploy: so are the service's settings, the services' names and variables behind them", () => {
    fc.assert(
      fc.property(givenTo(deploy.input.fields), (given) =>
        refuses(() => {
          const input = deploy.input.parse(given);
          wantedSettings(input);
          serviceNames(input);
          withEnvironment(input.variables, { A: "1" });
        }),
      ),
      runs(400),
    );
  });

  it("an action: as the runner passes it", () => {
    const fixed: FixedInput[] = [{ name: "load", description: "", value: "false", why: "it never loads" }];
    const variable = fc.oneof(
      fc.constantFrom(
        "INPUT_SERVICE",
        "INPUT_Wait-Until",
        "INPUT_LOAD",
        "INPUT_",
        "INPUT___PROTO__",
        "INPUT_RUN-TASK",
        "PATH",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.dictionary(variable, fc.string({ unit: "binary" }), { maxKeys: 4 }), (environment) =>
        refuses(() =>
          deploy.input.parse(givenInputs(environment, { fields: deploy.input.fields, fixed, notBuilt: ["run-task"] })),
        ),
      ),
      runs(300),
    );
  });
});
