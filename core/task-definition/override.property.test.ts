import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { JsonObject, JsonValue } from "../platform/json.ts";
import { type Rendering, renderTaskDefinition } from "./render.ts";
import { validTaskDefinitions } from "./valid-task-definition.fixture.ts";

const documents = validTaskDefinitions({ unknownKeys: true });

const names = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,6}$/),
  fc.constantFrom("__proto__", "constructor", "true"),
);
const settings = fc.dictionary(names, fc.string(), { minKeys: 1, maxKeys: 3 });

type Container = Record<string, JsonValue>;

function containersOf(document: JsonObject): readonly Container[] {
  return document.containerDefinitions as Container[];
}

/** Renders with overrides for the first container. */
function overridden(document: JsonObject, rendering: Rendering): JsonObject {
  const containerName = String(containersOf(document)[0]?.name);
  return renderTaskDefinition({ name: "taskdef.json", document }, { containerName, ...rendering }).document;
}

/** The document without a member of its first container. */
function without(document: JsonObject, member: string): JsonObject {
  const [first = {}, ...others] = containersOf(document);
  const { [member]: _, ...rest } = first;
  return { ...document, containerDefinitions: [rest, ...others] };
}

function pairsOf(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

/** A list of names and values as a map, whose order is the list's. */
function namedValues(list: JsonValue | undefined, key: string): Map<JsonValue | undefined, JsonValue | undefined> {
  return new Map(((list ?? []) as Container[]).map((item) => [item.name, item[key]]));
}

function entriesOf(value: JsonValue | undefined): Map<string, JsonValue> {
  return new Map(Object.entries((value ?? {}) as Container));
}

describe("overrides of a task definition that Amazon ECS takes (properties)", () => {
  it.each([
    ["environment", "environmentVariables", "removeEnvironmentVariables", "value"],
    ["secrets", "secrets", "removeSecrets", "valueFrom"],
  ] as const)("%s: set what they name, keep the others in place, remove what is to go", (member, set, remove, key) => {
    fc.assert(
      fc.property(documents, settings, (document, given) => {
        const before = namedValues(containersOf(document)[0]?.[member], key);
        const gone = [...before.keys()]
          .map(String)
          .filter((name) => !Object.hasOwn(given, name))
          .slice(0, 1);
        const after = overridden(document, { [set]: pairsOf(given), [remove]: gone });
        const expected = new Map([...before].filter(([name]) => !gone.includes(String(name))));
        for (const [name, value] of Object.entries(given)) expected.set(name, value);
        expect([...namedValues(containersOf(after)[0]?.[member], key)]).toEqual([...expected]);
        expect(without(after, member)).toEqual(without(document, member));
      }),
      runs(40),
    );
  });

  it("labels and log options: the same, in a map", () => {
    fc.assert(
      fc.property(documents, settings, (document, given) => {
        const labels = entriesOf(containersOf(document)[0]?.dockerLabels);
        const labelled = overridden(document, { dockerLabels: pairsOf(given) });
        expect(entriesOf(containersOf(labelled)[0]?.dockerLabels)).toEqual(
          new Map([...labels, ...Object.entries(given)]),
        );
        expect(without(labelled, "dockerLabels")).toEqual(without(document, "dockerLabels"));
        const logged = overridden(document, { logConfigurationOptions: pairsOf(given) });
        expect(without(logged, "logConfiguration")).toEqual(without(document, "logConfiguration"));
      }),
      runs(40),
    );
  });

  it("image, command and task settings: change one member each", () => {
    const image = fc.stringMatching(/^[a-z]{1,8}:[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(documents, image, fc.array(fc.string()), (document, given, command) => {
        const withImage = overridden(document, { image: given });
        expect(containersOf(withImage)[0]?.image).toBe(given);
        expect(without(withImage, "image")).toEqual(without(document, "image"));
        const withCommand = overridden(document, { command: JSON.stringify(command) });
        expect(containersOf(withCommand)[0]?.command).toEqual(command);
        expect(without(withCommand, "command")).toEqual(without(document, "command"));
        const task = { cpu: "512", memory: "1024", taskRoleArn: "arn:aws:iam::123456789012:role/other" };
        expect(overridden(document, task)).toEqual({ ...document, ...task });
      }),
      runs(40),
    );
  });

  it("done twice, is as done once", () => {
    fc.assert(
      fc.property(documents, settings, settings, (document, environment, labels) => {
        const rendering = {
          image: "web:2",
          environmentVariables: pairsOf(environment),
          secrets: ["DB=/web/db"],
          dockerLabels: pairsOf(labels),
          taskDefinitionTags: pairsOf(labels),
          logConfigurationLogDriver: "awslogs",
        };
        const once = overridden(document, rendering);
        expect(overridden(once, rendering)).toEqual(once);
        expect(Object.entries(overridden(once, rendering))).toEqual(Object.entries(once));
      }),
      runs(40),
    );
  });

  it("of any text are rendered, or refused as INPUT_INVALID or for the container's name", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("=", "a=", "=b", "a=b,c", '["', "[1]", "'", "\\", "a=b=c", "--x"),
    );
    const texts = fc.array(text, { maxLength: 3 });
    const lists = [
      "environmentVariables",
      "removeEnvironmentVariables",
      "envFiles",
      "secrets",
      "removeSecrets",
      "dockerLabels",
      "removeDockerLabels",
      "logConfigurationOptions",
      "taskDefinitionTags",
      "images",
    ] as const;
    const single = [
      "image",
      "containerName",
      "command",
      "logConfigurationLogDriver",
      "taskRoleArn",
      "cpu",
      "memory",
    ] as const;
    const renderings = fc.record(
      {
        ...Object.fromEntries(lists.map((name) => [name, texts])),
        ...Object.fromEntries(single.map((name) => [name, text])),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Rendering>;
    fc.assert(
      fc.property(documents, renderings, (document, rendering) => {
        try {
          renderTaskDefinition({ name: "taskdef.json", document }, rendering);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolkitError);
          expect((error as ToolkitError).code).toMatch(/^(INPUT_INVALID|TASK_DEFINITION_CONTAINER_NOT_FOUND)$/);
        }
      }),
      runs(200),
    );
  });
});
