/**
 * The query protocols' request: form fields such as `Tags.member.1.Key=a` become the tree that the operation's schema
 * describes. `query` writes lists as `Name.member.N` and maps as `Name.entry.N.key`; `ec2Query` writes lists flat.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { AwsError } from "./aws-error.ts";
import type { Leaves } from "./decode.ts";

export type FormStyle = "query" | "ec2Query";

/** A field's own text, and the fields below it. */
interface Node {
  text?: string;
  readonly below: Map<string, Node>;
}

/** Deeper than any AWS shape; a bound on what one field name can make us build. */
const MAX_DEPTH = 24;
/** More than any AWS request has; a bound on what one body can make us build. */
const MAX_FIELDS = 10_000;
const ENVELOPE = new Set(["Action", "Version"]);

export const formLeaves: Leaves = {
  number: (value) => (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined),
  boolean: (value) => (value === "true" ? true : value === "false" ? false : undefined),
  timestamp(value) {
    const date = new Date(typeof value === "string" ? value : Number.NaN);
    return Number.isNaN(date.getTime()) ? undefined : date;
  },
};

/** @throws {AwsError} for more fields than any request has, before they are taken apart. */
export function formFields(body: Buffer): URLSearchParams {
  let separators = 0;
  for (let at = body.indexOf("&"); at !== -1; at = body.indexOf("&", at + 1)) {
    separators += 1;
    if (separators >= MAX_FIELDS) throw malformed(`A request has at most ${MAX_FIELDS} fields.`);
  }
  return new URLSearchParams(body.toString("utf8"));
}

/** @throws {AwsError} for a field that cannot belong to the schema's tree. */
export function formInput(fields: URLSearchParams, schema: NormalizedSchema, style: FormStyle): unknown {
  return schema.isUnitSchema() ? {} : value(treeOf(fields), schema, style);
}

function treeOf(fields: URLSearchParams): Node {
  const root: Node = { below: new Map() };
  for (const [name, text] of fields) {
    if (ENVELOPE.has(name)) continue;
    const steps = name.split(".");
    if (steps.length > MAX_DEPTH) throw malformed(`The field ${name.slice(0, 100)} is nested too deeply.`);
    let node = root;
    for (const step of steps) node = childOf(node, step);
    node.text = text;
  }
  return root;
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedQueryString", message);
}

function childOf(node: Node, step: string): Node {
  const existing = node.below.get(step);
  if (existing !== undefined) return existing;
  const child: Node = { below: new Map() };
  node.below.set(step, child);
  return child;
}

function value(node: Node, schema: NormalizedSchema, style: FormStyle): unknown {
  if (schema.isStructSchema()) return structValue(node, schema, style);
  if (schema.isListSchema()) return listValue(node, schema, style);
  if (schema.isMapSchema()) return mapValue(node, schema, style);
  return node.text;
}

function structValue(node: Node, schema: NormalizedSchema, style: FormStyle): unknown {
  // Without a prototype, so that a field `__proto__` is an unknown member like any other.
  const result: Record<string, unknown> = Object.create(null);
  const known = new Map(
    [...schema.structIterator()].map(([name, member]) => [fieldName(name, member, style), { name, member }]),
  );
  for (const [step, child] of node.below) {
    const found = known.get(step);
    // An unknown step is passed on under its own name, for the decoder to refuse or ignore.
    result[found?.name ?? step] = found === undefined ? child.text : value(child, found.member, style);
  }
  return result;
}

function fieldName(name: string, member: NormalizedSchema, style: FormStyle): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits() as { ec2QueryName?: string; xmlName?: string };
  if (style === "query") return xmlName ?? name;
  return ec2QueryName ?? capitalised(xmlName ?? name);
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function listValue(node: Node, schema: NormalizedSchema, style: FormStyle): unknown[] {
  const flat = style === "ec2Query" || schema.getMergedTraits().xmlFlattened !== undefined;
  const item = schema.getValueSchema();
  const wrapper = item.getMergedTraits().xmlName ?? "member";
  const items = flat ? node : below(node, [String(wrapper)]).get(String(wrapper));
  return items === undefined ? [] : numbered(items).map((child) => value(child, item, style));
}

/** What is below a list or map. A field that is there for another reason must not be dropped without a word. */
function below(node: Node, steps: readonly string[]): Node["below"] {
  const stranger = [...node.below.keys()].find((step) => !steps.includes(step));
  if (stranger !== undefined) throw malformed(`Unexpected field '${stranger.slice(0, 100)}' in a list or map.`);
  // Clients write an empty list as a field without text.
  if (node.text) throw malformed("A list or map was expected, not a value.");
  return node.below;
}

function mapValue(node: Node, schema: NormalizedSchema, style: FormStyle): Record<string, unknown> {
  const entries = below(node, ["entry"]).get("entry");
  if (entries === undefined) return {};
  return Object.fromEntries(
    numbered(entries).map((entry) => {
      const item = entry.below.get("value");
      return [entry.below.get("key")?.text ?? "", item && value(item, schema.getValueSchema(), style)];
    }),
  );
}

function numbered(node: Node): Node[] {
  const steps = [...node.below.keys()].filter((step) => /^\d{1,6}$/.test(step));
  return [...below(node, steps)].sort(([one], [other]) => Number(one) - Number(other)).map(([, child]) => child);
}
