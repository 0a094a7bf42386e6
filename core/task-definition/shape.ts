import { NormalizedSchema } from "@smithy/core/schema";

/** What a value of the API must look like. */
export type Shape =
  | { readonly kind: "structure"; readonly members: ReadonlyMap<string, Shape> }
  | { readonly kind: "list" | "map"; readonly value: Shape }
  | { readonly kind: "string" | "number" | "boolean" | "any" };

export interface TaskDefinitionShape {
  /** The members that RegisterTaskDefinition takes. */
  readonly members: ReadonlyMap<string, Shape>;
  /** The members that only DescribeTaskDefinition answers: `revision`, `status` … */
  readonly readOnly: ReadonlySet<string>;
}

/**
 * The shape of a task definition, taken from the runtime schemas of the SDK, so that it knows what the SDK knows.
 * Loaded at the first call.
 */
export async function taskDefinitionShape(): Promise<TaskDefinitionShape> {
  const { RegisterTaskDefinitionRequest$, TaskDefinition$ } = await import("./schemas.ts");
  const members = structureMembers(NormalizedSchema.of(RegisterTaskDefinitionRequest$));
  const answered = structureMembers(NormalizedSchema.of(TaskDefinition$));
  return { members, readOnly: new Set([...answered.keys()].filter((name) => !members.has(name))) };
}

function shapeOf(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema()) return { kind: "structure", members: structureMembers(schema) };
  if (schema.isListSchema()) return { kind: "list", value: shapeOf(schema.getValueSchema()) };
  if (schema.isMapSchema()) return { kind: "map", value: shapeOf(schema.getValueSchema()) };
  if (schema.isStringSchema()) return { kind: "string" };
  if (schema.isNumericSchema()) return { kind: "number" };
  if (schema.isBooleanSchema()) return { kind: "boolean" };
  return { kind: "any" };
}

function structureMembers(schema: NormalizedSchema): ReadonlyMap<string, Shape> {
  const members = new Map<string, Shape>();
  for (const [name, member] of schema.structIterator()) members.set(name, shapeOf(member));
  return members;
}
