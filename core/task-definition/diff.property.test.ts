import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { differences, diffTaskDefinitions, leavesOf } from "./diff.ts";
import { type Leaf, normaliseTaskDefinition } from "./normalise.ts";
import { validTaskDefinitions } from "./valid-task-definition.fixture.ts";

const documents = validTaskDefinitions({ unknownKeys: true });

type Path = readonly (string | number)[];

/** Where the document holds a text, a number or a truth value. */
function leafPaths(value: JsonValue, path: Path = []): Path[] {
  if (isJsonList(value)) return value.flatMap((item, index) => leafPaths(item, [...path, index]));
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, item]) => leafPaths(item, [...path, key]));
  return [path];
}

/** The document with another value at the path. */
function changed(value: JsonValue, [step, ...rest]: Path, change: (leaf: JsonValue) => JsonValue): JsonValue {
  if (step === undefined) return change(value);
  if (isJsonList(value)) return value.map((item, index) => (index === step ? changed(item, rest, change) : item));
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(members.map(([key, item]) => [key, key === step ? changed(item, rest, change) : item]));
}

function another(leaf: JsonValue): JsonValue {
  if (typeof leaf === "boolean") return !leaf;
  if (typeof leaf === "number") return leaf === 0 ? 1 : leaf / 2;
  return `${leaf}~other`;
}

/** As registered: the same setting written in another way, in another order, with defaults and empty lists filled in. */
function rewritten(document: JsonObject): JsonObject {
  const containers = document.containerDefinitions as JsonObject[];
  return {
    placementConstraints: [],
    networkMode: "bridge",
    ...document,
    containerDefinitions: containers.toReversed().map((container) => ({
      cpu: 0,
      essential: true,
      versionConsistency: "enabled",
      mountPoints: [],
      systemControls: [],
      privileged: false,
      user: null,
      ...container,
      ...(isJsonList(container.environment) ? { environment: container.environment.toReversed() } : {}),
    })),
  };
}

/** What is left of `before` and new in it, once each difference is applied to the settings that it names. */
function applied(before: ReadonlyMap<string, Leaf>, found: ReturnType<typeof differences>): Map<string, Leaf> {
  const settings = new Map(before);
  for (const { path, before: old, after } of found) {
    expect(settings.get(path)).toEqual(old);
    if (after === undefined) settings.delete(path);
    else settings.set(path, after);
  }
  return settings;
}

describe("the diff of task definitions that Amazon ECS takes (properties)", () => {
  it("is empty for what means the same", () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(differences(document, document)).toEqual([]);
        expect(differences(document, rewritten(document))).toEqual([]);
        expect(differences(rewritten(document), document)).toEqual([]);
      }),
      runs(100),
    );
  });

  it("is not empty for any change of any value, and changes back", () => {
    fc.assert(
      fc.property(documents, (document) => {
        for (const path of leafPaths(document)) {
          const other = changed(document, path, another) as JsonObject;
          const [there, back] = [diffTaskDefinitions(document, other), diffTaskDefinitions(other, document)];
          expect(there, path.join(".")).not.toEqual([]);
          expect(back.map((change) => change.path)).toEqual(there.map((change) => change.path));
        }
      }),
      runs(10),
    );
  });

  it("holds all that makes one of the other", () => {
    fc.assert(
      fc.property(documents, documents, (before, after) => {
        const compared = after.tags === undefined ? { ...before, tags: [] } : before;
        const [old, renewed] = [compared, after].map((each) => leavesOf(normaliseTaskDefinition(each)));
        expect(applied(old ?? new Map(), differences(before, after))).toEqual(renewed);
      }),
      runs(100),
    );
  });

  it("tells two apart that differ in a secret alone, and shows neither", () => {
    fc.assert(
      fc.property(documents, fc.stringMatching(/^[a-z]{8}\d{4}$/), (document, secret) => {
        const [first, ...others] = document.containerDefinitions as [JsonObject, ...JsonObject[]];
        const holding = (value: string) => ({
          ...document,
          containerDefinitions: [{ ...first, environment: [{ name: "DB_PASSWORD", value }] }, ...others],
        });
        const found = diffTaskDefinitions(holding(secret), holding(`${secret}2`));
        expect(found).toHaveLength(1);
        expect(JSON.stringify(found)).not.toContain(secret);
      }),
      runs(50),
    );
  });
});

describe("the diff of a long text", () => {
  it.each(["dockerLabels", "environment"])("in %s takes no time", (member) => {
    const names = ["a", "[", "(1", "token.", "--", "a://"].map((part) => `${part.repeat(60_000 / part.length)}.`);
    for (const name of names) {
      const value = member === "environment" ? [{ name, value: name }] : { [name]: name };
      const document = { family: "web", containerDefinitions: [{ name: "web", [member]: value }] };
      const started = performance.now();
      expect(diffTaskDefinitions({ family: "web" }, document).length).toBeGreaterThan(0);
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });
});

describe("normalising a task definition that Amazon ECS takes (properties)", () => {
  it("keeps each setting under a path of its own", () => {
    fc.assert(
      fc.property(documents, documents, (one, other) => {
        const [a, b] = [one, other].map(normaliseTaskDefinition);
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(differences({ ...one, tags: one.tags ?? [] }, { ...other, tags: other.tags ?? [] }).length === 0).toBe(
          same,
        );
      }),
      runs(50),
    );
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)]);
}
