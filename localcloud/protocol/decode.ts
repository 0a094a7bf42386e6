/**
 * Turns what came over the wire into what an operation takes, and refuses what does not fit the operation's schema.
 *
 * The SDK's codecs check nothing on reading (a string passes for a number), so one walk over the schema does both:
 * it converts (timestamps, blobs) and it names the path of the first thing that is wrong.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { AwsError } from "./aws-error.ts";

/** What to do with a member that the operation does not have. AWS ignores it; refusing shows the typing error. */
export type UnknownMembers = "refuse" | "ignore";

/** The schemas call every number numeric. These members are doubles; all others that any listed operation takes are integers. */
const FRACTIONAL = /(^|\.)(stepPercent|canaryPercent|Threshold)$/;

/** How the simple values of a wire format are written: JSON has types, a form has only text. */
export interface Leaves {
  number(value: unknown): number | undefined;
  boolean(value: unknown): boolean | undefined;
  timestamp(value: unknown): Date | undefined;
}

export interface DecodeOptions {
  readonly leaves: Leaves;
  readonly unknownMembers: UnknownMembers;
}

/** @throws {AwsError} `SerializationException` for a wrong type, `ValidationException` for a missing or unknown member. */
export function decodeInput(schema: NormalizedSchema, value: unknown, options: DecodeOptions): unknown {
  if (schema.isUnitSchema()) return {};
  return decode(schema, value ?? {}, "", options);
}

function decode(schema: NormalizedSchema, value: unknown, path: string, options: DecodeOptions): unknown {
  if (schema.isStructSchema()) return decodeStruct(schema, value, path, options);
  if (schema.isListSchema()) return decodeList(schema, value, path, options);
  if (schema.isMapSchema()) return decodeMap(schema, value, path, options);
  return decodeSimple(schema, value, path, options.leaves);
}

function decodeStruct(schema: NormalizedSchema, value: unknown, path: string, options: DecodeOptions): unknown {
  if (!isRecord(value)) throw wrongType(path, "a structure", value);
  const members = new Map(schema.structIterator());
  if (options.unknownMembers === "refuse") {
    const unknown = Object.keys(value).find((name) => !members.has(name));
    if (unknown !== undefined) throw unknownMember(join(path, unknown));
  }
  const decoded: Record<string, unknown> = {};
  for (const [name, member] of members) {
    const raw = value[name];
    if (raw !== undefined && raw !== null) decoded[name] = decode(member, raw, join(path, name), options);
  }
  const missing = requiredMembers(schema).find((name) => decoded[name] === undefined);
  if (missing !== undefined) throw missingMember(join(path, missing));
  return decoded;
}

function decodeList(schema: NormalizedSchema, value: unknown, path: string, options: DecodeOptions): unknown {
  if (!Array.isArray(value)) throw wrongType(path, "a list", value);
  const item = schema.getValueSchema();
  return value.map((element, index) => decode(item, element, `${path}[${index}]`, options));
}

function decodeMap(schema: NormalizedSchema, value: unknown, path: string, options: DecodeOptions): unknown {
  if (!isRecord(value)) throw wrongType(path, "a map", value);
  const item = schema.getValueSchema();
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [key, decode(item, element, `${path}.${key}`, options)]),
  );
}

function decodeSimple(schema: NormalizedSchema, value: unknown, path: string, leaves: Leaves): unknown {
  if (schema.isDocumentSchema()) return value;
  const [wanted, decoded] = simpleValue(schema, value, leaves);
  if (decoded === undefined) throw wrongType(path, wanted, value);
  if (typeof decoded === "number" && !FRACTIONAL.test(path) && !Number.isSafeInteger(decoded))
    throw new AwsError("SerializationException", `${path} must be an integer, not ${decoded}.`);
  return decoded;
}

function simpleValue(schema: NormalizedSchema, value: unknown, leaves: Leaves): [wanted: string, decoded: unknown] {
  if (schema.isNumericSchema() || schema.isBigIntegerSchema()) return ["a number", leaves.number(value)];
  if (schema.isBooleanSchema()) return ["a boolean", leaves.boolean(value)];
  if (schema.isTimestampSchema()) return ["a timestamp", leaves.timestamp(value)];
  if (schema.isBlobSchema())
    return ["base64 text", typeof value === "string" ? Buffer.from(value, "base64") : undefined];
  return ["a string", typeof value === "string" ? value : undefined];
}

/** A structure's schema counts its required members, which come first. */
function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const structure = schema.getSchema() as readonly unknown[];
  const names = structure[4] as readonly string[];
  return names.slice(0, (structure[6] as number | undefined) ?? 0);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function wrongType(path: string, wanted: string, value: unknown): AwsError {
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return new AwsError(
    "SerializationException",
    `${path === "" ? "The request" : path} must be ${wanted}, not ${found}.`,
  );
}

function missingMember(path: string): AwsError {
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must not be null`,
  );
}

function unknownMember(path: string): AwsError {
  return new AwsError(
    "ValidationException",
    `${path}: the operation has no such member. (AWS ignores it; start the local cloud with --unknown-members ignore to do the same.)`,
  );
}
