/** Each action.yml says what its schema says: names, what is required, defaults, descriptions; and its README repeats it. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { deployInput } from "../core/deployment/deploy-input.ts";
import { buildInput } from "../core/image/build-input.ts";
import type { InputField } from "../core/platform/input.ts";
import { renderInput } from "../core/task-definition/render-input.ts";
import { actionNames, type Metadata, withTables } from "../tools/action-readme.ts";
import { fixed } from "./build-push/fixed.ts";
import type { FixedInput } from "./given-inputs.ts";

interface ActionYml extends Required<Metadata> {
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string };
}

const schemas: Record<string, readonly InputField[]> = {
  "build-push": buildInput.fields,
  deploy: deployInput.fields,
  render: renderInput.fields,
};

/** Inputs of the action alone. */
const fixedInputs: Record<string, readonly FixedInput[]> = { "build-push": fixed };

function read(name: string, file: string): string {
  return readFileSync(new URL(`./${name}/${file}`, import.meta.url), "utf8");
}

/** A field as action.yml must say it. Without a default the runner passes an empty text, which is not given. */
function declared({ description, required, default: value }: InputField): object {
  const none = value === undefined || (Array.isArray(value) && value.length === 0);
  return { description, required, ...(none ? {} : { default: String(value) }) };
}

it("has a schema for each action", async () => {
  expect(Object.keys(schemas)).toEqual(await actionNames());
});

describe.each(Object.keys(schemas))("%s", (name) => {
  const action = parse(read(name, "action.yml")) as ActionYml;

  it("declares exactly the inputs of its schema, and those that are fixed", () => {
    const fields = (schemas[name] ?? []).map((field) => [field.name, declared(field)] as const);
    const others = (fixedInputs[name] ?? []).map(
      (input) => [input.name, { description: input.description, required: false }] as const,
    );
    expect(Object.entries(action.inputs)).toEqual([...fields, ...others]);
  });

  it("runs its bundles, the post step's where it has one", () => {
    const post = existsSync(new URL(`./${name}/post.ts`, import.meta.url)) ? { post: `../dist/${name}-post.js` } : {};
    expect(action.runs).toEqual({ using: "node24", main: `../dist/${name}.js`, ...post });
    expect(existsSync(new URL(`./${name}/main.ts`, import.meta.url))).toBe(true);
  });

  it("has a README that begins with a working example and repeats action.yml", () => {
    const readme = read(name, "README.md");
    expect(withTables(readme, action)).toBe(readme);
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
    const uses = (parse(example) as { uses?: string; with?: Record<string, string> }[]).filter(({ uses }) =>
      uses?.includes(`/actions/${name}@`),
    );
    expect(uses).toHaveLength(1);
    const given = Object.keys(uses[0]?.with ?? {});
    expect(given.filter((input) => action.inputs[input] === undefined)).toEqual([]);
    const required = (schemas[name] ?? []).filter((field) => field.required).map((field) => field.name);
    expect(required.filter((input) => !given.includes(input))).toEqual([]);
  });
});
