import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../platform/json.ts";
import { checkTaskDefinition } from "./check.ts";
import { type Shape, taskDefinitionShape } from "./shape.ts";

const check = (document: JsonObject) => checkTaskDefinition({ name: "taskdef.json", document });
const containing = (container: JsonObject) => ({
  family: "web",
  containerDefinitions: [{ name: "web", ...container }],
});

describe("checkTaskDefinition", () => {
  it("passes a document on as it is, empty strings, lists and maps included", async () => {
    const document = containing({
      command: [""],
      entryPoint: [],
      dockerLabels: { empty: "" },
      environment: [{ name: "A", value: "" }],
    });
    expect(await check(document)).toEqual({ name: "taskdef.json", document, dropped: [], unknownKeys: [] });
  });

  it("drops what only the API sets, and nulls", async () => {
    const copied = {
      ...containing({ user: null }),
      revision: 4,
      status: "ACTIVE",
      compatibilities: ["EC2"],
      registeredAt: 1.5,
      taskDefinitionArn: "a",
    };
    const checked = await check(copied);
    expect(checked.document).toEqual(containing({}));
    expect(checked.dropped).toEqual(["revision", "status", "compatibilities", "registeredAt", "taskDefinitionArn"]);
  });

  it.each<[JsonObject, string, string]>([
    [containing({ enviroment: [] }), "containerDefinitions[0].enviroment: unknown key", "environment"],
    [
      containing({ healthCheck: { retires: 3 } }),
      "containerDefinitions[0].healthCheck.retires: unknown key",
      "retries",
    ],
    [{ ...containing({}), runtimePlatfrom: {} }, "runtimePlatfrom: unknown key", "runtimePlatform"],
    [{ ...containing({}), Family: "web" }, "Family: unknown key", "family"],
  ])("refuses a misspelt key: %j", async (document, message, meant) => {
    await expect(check(document)).rejects.toMatchObject({
      code: "TASK_DEFINITION_UNKNOWN_KEY",
      message: `taskdef.json: ${message}`,
      remedy: `Did you mean "${meant}"? Nothing was registered or updated.`,
    });
  });

  it("keeps and lists keys that are newer than the SDK", async () => {
    const document = { ...containing({ quantumMode: { on: true } }), "x-note": "ours" };
    const checked = await check(document);
    expect(checked.document).toEqual(document);
    expect(checked.unknownKeys).toEqual(["containerDefinitions[0].quantumMode", "x-note"]);
  });

  it("judges the keys of every object that the API knows", async () => {
    const { members } = await taskDefinitionShape();
    const places = structuresIn(members).map((place) => ({ ...place, known: [...place.members.keys()][0] ?? "" }));
    expect(places.length).toBeGreaterThan(30);
    for (const { around, path, known } of places) {
      const prefix = path === "" ? "" : `${path}.`;
      const newer = around({ "x-quantum-tunnelling": { deep: [1] } });
      expect(await check(newer)).toMatchObject({ document: newer, unknownKeys: [`${prefix}x-quantum-tunnelling`] });
      await expect(check(around({ [`${known}z`]: 1 }))).rejects.toMatchObject({
        code: "TASK_DEFINITION_UNKNOWN_KEY",
        message: `taskdef.json: ${prefix}${known}z: unknown key`,
      });
    }
  });

  it.each<[JsonObject, string, string]>([
    [containing({ cpu: "256" }), 'containerDefinitions[0].cpu: must be a number, is "256"', "Correct"],
    [
      containing({ environment: [{ name: "A", value: 1 }] }),
      "containerDefinitions[0].environment[0].value: must be a string, is 1",
      'Write it in quotes: "1".',
    ],
    [
      containing({ environment: { A: "1" } }),
      "containerDefinitions[0].environment: must be a list, is an object",
      "Correct",
    ],
    [
      containing({ dockerLabels: ["a"] }),
      "containerDefinitions[0].dockerLabels: must be an object, is a list",
      "Correct",
    ],
    [containing({ command: [null] }), "containerDefinitions[0].command[0]: must be a string, is null", "Correct"],
    [{ containerDefinitions: [{}] }, "family: is missing", "Give family"],
    [{ family: "web", containerDefinitions: [] }, "containerDefinitions: is empty", "Give at least one container"],
  ])("refuses a wrong type: %j", async (document, message, remedy) => {
    await expect(check(document)).rejects.toMatchObject({
      code: "TASK_DEFINITION_INVALID",
      message: `taskdef.json: ${message}`,
      remedy: expect.stringContaining(remedy),
    });
  });

  it("refuses what is too large for the API", async () => {
    const document = containing({ command: ["x".repeat(65_536)] });
    await expect(check(document)).rejects.toMatchObject({ code: "TASK_DEFINITION_TOO_LARGE" });
  });
});

interface Place {
  readonly members: ReadonlyMap<string, Shape>;
  readonly path: string;
  /** A task definition with `value` in this place. */
  readonly around: (value: JsonObject) => JsonObject;
}

/** The places of all objects in a task definition, itself first. */
function structuresIn(members: ReadonlyMap<string, Shape>): readonly Place[] {
  const top: Place = {
    members,
    path: "",
    around: (value) => ({ family: "web", containerDefinitions: [{}], ...value }),
  };
  const places = [top];
  // A list that grows is iterated to its new end.
  for (const { members, path, around } of places)
    for (const [key, shape] of members) {
      const inner = innermost(shape, path === "" ? key : `${path}.${key}`);
      if (inner !== undefined) places.push({ ...inner, around: (value) => around({ [key]: inner.around(value) }) });
    }
  return places;
}

function innermost(
  shape: Shape,
  path: string,
): (Omit<Place, "around"> & { around: (value: JsonObject) => JsonValue }) | undefined {
  if (shape.kind === "structure") return { members: shape.members, path, around: (value) => value };
  if (shape.kind !== "list" && shape.kind !== "map") return undefined;
  const inner = innermost(shape.value, shape.kind === "list" ? `${path}[0]` : `${path}.name`);
  const wrap = (value: JsonValue): JsonValue => (shape.kind === "list" ? [value] : { name: value });
  return inner && { ...inner, around: (value) => wrap(inner.around(value)) };
}
