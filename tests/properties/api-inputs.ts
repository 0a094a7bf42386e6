/** Inputs of the operations that the local cloud has, out of the SDK's schemas: right, nearly right, and wrong. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { NormalizedSchema } from "@smithy/core/schema";
import fc from "fast-check";
import { operationShapes, type SchemaModule } from "../../localcloud/protocol/schemas.ts";
import type { SignedCall } from "./signed-call.ts";

interface Api {
  readonly service: string;
  readonly protocol: SignedCall["protocol"];
  readonly operation: string;
  readonly input: NormalizedSchema;
}

const rooms = resolve(import.meta.dirname, "../../localcloud/services");
const signingNames: Readonly<Record<string, string>> = {
  applicationautoscaling: "application-autoscaling",
  cloudwatch: "monitoring",
};
const forms = new Set(["ec2", "elasticloadbalancing", "iam", "sts"]);

/** Every operation of every service. */
export async function operations(): Promise<readonly Api[]> {
  const found: Api[] = [];
  for (const room of readdirSync(rooms)) {
    const module: SchemaModule = await import(resolve(rooms, room, "schemas.ts"));
    for (const name of Object.keys(module)) {
      const shapes = operationShapes(module, name.slice(0, -1));
      if (shapes === undefined) continue;
      const protocol = forms.has(room) ? "form" : "json";
      found.push({ service: signingNames[room] ?? room, protocol, operation: shapes.name, input: shapes.input });
    }
  }
  return found;
}

const arn = "arn:aws:ecs:us-east-1:000000000000";
/** Names that calls make and calls ask for, so that some find what others made. */
const names = fc.constantFrom(
  "web",
  "demo",
  "default",
  "/web/db",
  "web:1",
  "web:latest",
  "127.0.0.1:4566/web:1",
  "subnet-0a1b2c3d4e5f6071a",
  "FARGATE",
  "ACTIVE",
  "awsvpc",
  "256",
  "512",
  "HTTP",
  "ip",
  "forward",
  "application",
  "tcp",
  "String",
  "SecureString",
  `${arn}:service/demo/web`,
  `${arn}:task-definition/web:1`,
  `${arn}:cluster/demo`,
  `${arn}:task/demo/0`,
  `${arn}:service-deployment/demo/web/0`,
  "arn:aws:iam::000000000000:role/web",
  "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0",
  "arn:",
  "arn:::::",
  "ecs-tasks.amazonaws.com",
  `sha256:${"0".repeat(64)}`,
  "",
  " ",
  "\u0000",
  "\ud800",
  "__proto__",
  "constructor",
  "..",
  "/",
  "*",
  "[",
  "%",
  "{}",
  "[]",
  "null",
  "x".repeat(5_000),
);
/** Stands for an ARN that an earlier answer gave. */
const learnt = fc.nat({ max: 9 }).map((index) => `LEARNT-${index}-`);

/** What the stage of the test has, by the members that ask for it. */
const staged: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  cluster: fc.constantFrom("demo", "default"),
  clusterName: fc.constantFrom("demo", "default"),
  service: fc.constant("web"),
  services: fc.constant(["web"]),
  serviceName: fc.constantFrom("web", "other"),
  taskDefinition: fc.constantFrom("web", "web:1"),
  repositoryName: fc.constant("web"),
  RoleName: fc.constant("web"),
  SecretId: fc.constant("web"),
  logGroupName: fc.constant("web"),
  logStreamName: fc.constant("web"),
  Version: fc.constant("2012-10-17"),
};

const tokens = fc.constantFrom(
  "x",
  "MQ==",
  "e30=",
  "bnVsbA==",
  Buffer.from('{"after":{}}').toString("base64"),
  "-1",
  "999999999999",
);
const numbers = fc.constantFrom(0, 1, 2, 3, -1, 80, 1.5, 65_536, 1e21, -1e300, Number.MAX_SAFE_INTEGER, 1_700_000_000);
const wrong: fc.Arbitrary<unknown> = fc.oneof(
  names,
  numbers,
  fc.constantFrom<unknown>(null, true, [], {}, [null], { __proto__: 1 }, [[[]]]),
);

/** An input that mostly fits the schema. */
export function inputOf(schema: NormalizedSchema, depth = 0, name = ""): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: fitting(schema, depth, name) }, { weight: 1, arbitrary: wrong });
}

function fitting(schema: NormalizedSchema, depth: number, name: string): fc.Arbitrary<unknown> {
  if (depth > 6) return wrong;
  const known = staged[name];
  if (known !== undefined && depth === 1)
    return fc.oneof({ weight: 8, arbitrary: known }, { weight: 1, arbitrary: names });
  if (/arns?$/i.test(name)) return schema.isListSchema() ? fc.array(learnt, { maxLength: 2 }) : fc.oneof(learnt, names);
  if (schema.isStructSchema()) return structure(schema, depth);
  if (schema.isListSchema()) return fc.array(inputOf(schema.getValueSchema(), depth + 1, name), { maxLength: 2 });
  if (schema.isMapSchema()) return fc.dictionary(names, inputOf(schema.getValueSchema(), depth + 1), { maxKeys: 2 });
  if (schema.isNumericSchema()) return numbers;
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isTimestampSchema()) return numbers;
  return /token/i.test(name) ? fc.oneof(tokens, names) : names;
}

function structure(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> {
  const members = [...schema.structIterator()];
  const required = members.slice(0, ((schema.getSchema() as readonly unknown[])[6] as number | undefined) ?? 0);
  // Few of the optional ones, lest each request fails on one of them; but any of them.
  const some = fc.subarray(members, { maxLength: Math.min(members.length, depth === 0 ? 4 : 2) });
  return some.chain((chosen) => {
    const all = new Map([...required, ...chosen]);
    return fc.record(
      Object.fromEntries([...all].map(([member, shape]) => [member, inputOf(shape, depth + 1, member)])),
    );
  });
}

/** The text with ARNs that were learnt in the places that stand for them. */
export function withLearnt(text: string, arns: readonly string[]): string {
  return text.replaceAll(/LEARNT-(\d)-/g, (_, index: string) => arns.at(Number(index) % arns.length) ?? "arn:");
}

/** As the query protocols write it: `Names.member.1=web`, in EC2's `Name.1=web`. */
export function formOf(service: string, operation: string, input: unknown): string {
  return new URLSearchParams([["Action", operation], ...formFields(input, "", service === "ec2")]).toString();
}

function formFields(value: unknown, path: string, flat: boolean): [name: string, text: string][] {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  const list = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) => {
    const step = list ? `${flat ? "" : "member."}${Number(key) + 1}` : key;
    return formFields(item, path === "" ? step : `${path}.${step}`, flat);
  });
}
