/** Finding the SDK's runtime schemas by wire name: `CreateCluster$`, `ClusterNotFoundException$`. */
import { NormalizedSchema } from "@smithy/core/schema";
import type { $SchemaRef, StaticErrorSchema, StaticOperationSchema } from "@smithy/types";

/** What a service's `schemas` module exports: `<Operation>$` and `<ErrorCode>$`. */
export type SchemaModule = Readonly<Record<string, unknown>>;

export interface OperationShapes {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** The output as the module holds it, for synthetic schemas around it. */
  readonly outputRef: $SchemaRef;
}

const OPERATION = 9;
const ERROR = -3;

export function operationShapes(module: SchemaModule, operation: string): OperationShapes | undefined {
  const schema = module[`${operation}$`];
  if (!isOperation(schema)) return undefined;
  const [input, output] = [resolved(schema[4]), resolved(schema[5])];
  return { name: operation, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output), outputRef: output };
}

/** How an error travels: the status, and the code where the query protocol spells it differently from the shape. */
export function errorTraits(module: SchemaModule, code: string): { status?: number; queryCode?: string } {
  const schema = module[`${code}$`];
  if (!isError(schema)) return {};
  const traits = NormalizedSchema.of(schema).getMergedTraits();
  const [queryCode, queryStatus] = (traits.awsQueryError ?? []) as [string?, number?];
  const status = queryStatus ?? (traits.httpError as number | undefined) ?? (traits.error === "server" ? 500 : 400);
  return queryCode === undefined ? { status } : { status, queryCode };
}

function isOperation(schema: unknown): schema is StaticOperationSchema {
  return Array.isArray(schema) && schema[0] === OPERATION;
}

function isError(schema: unknown): schema is StaticErrorSchema {
  return Array.isArray(schema) && schema[0] === ERROR;
}

/** Schemas refer to each other through functions, so that their modules may be cyclic. */
function resolved(ref: $SchemaRef): $SchemaRef {
  return typeof ref === "function" ? ref() : ref;
}
