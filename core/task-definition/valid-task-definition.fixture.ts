// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how shells, Dockerfiles and programs write variables.
/** Task definitions that Amazon ECS takes, made from the SDK's own schema: every member that it has, at every depth. */
import { RegisterTaskDefinitionRequest$ } from "@aws-sdk/client-ecs";
import { NormalizedSchema } from "@smithy/core/schema";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../platform/json.ts";
import { fargateSizes, memberValues, namedBy } from "./member-values.fixture.ts";

/** What a document may hold besides what is generated from the schema. */
interface Extras {
  /** Keys that no schema has and that are near none of its own. */
  readonly unknownKeys?: boolean;
}

type Draft = Record<string, JsonValue>;

const request = NormalizedSchema.of(RegisterTaskDefinitionRequest$);

/** On Fargate or on instances, registrable as it is. */
export function validTaskDefinitions({ unknownKeys = false }: Extras = {}): fc.Arbitrary<JsonObject> {
  const drafts = structures(request, "", unknownKeys);
  return fc.tuple(drafts, fc.boolean(), fargateSizes).map(([draft, fargate, size]) => {
    const together = consistent(draft);
    return fargate ? forFargate(together, size) : forInstances(together);
  });
}

function structures(schema: NormalizedSchema, owner: string, unknownKeys: boolean): fc.Arbitrary<Draft> {
  const members = [...schema.structIterator()];
  const generated = Object.fromEntries(
    members.map(([name, member]) => [name, values(member, owner, name, unknownKeys)]),
  );
  const known = fc.record(generated, {
    requiredKeys: requiredMembers(
      schema,
      members.map(([name]) => name),
    ),
  });
  if (!unknownKeys) return known;
  const unknown = fc.dictionary(fc.stringMatching(/^zz[A-Z]{20,24}$/), fc.json({ maxDepth: 2 }), { maxKeys: 1 });
  return fc.tuple(known, unknown).map(([one, other]) => ({ ...one, ...parsed(other) }));
}

/** Nulls mean "not given", and are not kept. */
function parsed(texts: Readonly<Record<string, string>>): Draft {
  const members = Object.entries(texts).map(([key, text]) => [key, JSON.parse(text) as JsonValue] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== null));
}

/** A structure's schema counts those that the API requires, which come first; the others ECS asks for when it looks closer. */
function requiredMembers(schema: NormalizedSchema, members: readonly string[]): string[] {
  const structure = schema.getSchema() as readonly unknown[];
  const counted = members.slice(0, (structure[6] as number | undefined) ?? 0);
  const asked = ["family", "name", "image", "containerDefinitions", "containerPort", "key", "value", "valueFrom"];
  return [...new Set([...counted, ...asked.filter((name) => members.includes(name))])];
}

function values(schema: NormalizedSchema, owner: string, name: string, unknownKeys: boolean): fc.Arbitrary<JsonValue> {
  const special = memberValues.get(`${owner}.${name}`) ?? memberValues.get(name);
  if (special !== undefined) return special;
  if (schema.isStructSchema()) return structures(schema, name === "[]" ? owner : name, unknownKeys);
  if (schema.isListSchema()) return lists(schema.getValueSchema(), name, unknownKeys);
  if (schema.isMapSchema())
    return fc.dictionary(mapKeys, values(schema.getValueSchema(), name, "{}", unknownKeys), { maxKeys: 3 });
  if (schema.isStringSchema()) return texts;
  if (schema.isNumericSchema()) return fc.integer({ min: 1, max: 100 });
  if (schema.isBooleanSchema()) return fc.boolean();
  throw new Error(`${owner}.${name}: the schema has a kind of value that no task definition had so far`);
}

function lists(schema: NormalizedSchema, name: string, unknownKeys: boolean): fc.Arbitrary<JsonValue> {
  const items = values(schema, name, "[]", unknownKeys);
  const maxLength = name === "containerDefinitions" ? 3 : 2;
  const minLength = name === "containerDefinitions" ? 1 : 0;
  const names = namedBy.get(name);
  if (names === undefined) return fc.array(items, { maxLength });
  const nameOf = (item: JsonValue) => JSON.stringify(names.map((member) => (item as Draft)[member] ?? null));
  return fc.uniqueArray(items, { selector: nameOf, minLength, maxLength });
}

/** Any text is legal in most places, the empty one too. */
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "",
    " ",
    "null",
    "true",
    "0123",
    "1e3",
    "~",
    "<<",
    "a: b",
    "${HOME}",
    "a=b=c",
    "line\nline\r\n\ttab",
    "\u2028\uFEFF",
  ),
);

const mapKeys = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
  fc.constantFrom("__proto__", "constructor", "toString", "a.b", "[x]", "1", "<<", "name", "value"),
);

/** What the schema does not say: which members go together. */
function consistent(draft: Draft): Draft {
  const volumes = list(draft.volumes).map(({ configuredAtLaunch: _, ...volume }) => volume);
  const containers = list(draft.containerDefinitions).map(
    (container, index): Draft => ({
      ...container,
      ...(container.essential === undefined && index > 0
        ? {}
        : { essential: index === 0 || container.essential === true }),
      memory: 128,
      dependsOn: [],
      ...mounts(container, volumes),
      ...variables(container),
    }),
  );
  return {
    ...draft,
    executionRoleArn: "arn:aws:iam::123456789012:role/execution",
    volumes,
    containerDefinitions: containers.map((container, index) => ({
      ...container,
      dependsOn: index === 0 ? [] : [{ containerName: String(containers[0]?.name), condition: "START" }],
    })),
  };
}

function list(value: JsonValue | undefined): Draft[] {
  return (value ?? []) as Draft[];
}

function mounts(container: Draft, volumes: readonly Draft[]): Draft {
  const [volume] = volumes;
  if (volume === undefined) return { mountPoints: [] };
  return { mountPoints: list(container.mountPoints).map((mount) => ({ ...mount, sourceVolume: String(volume.name) })) };
}

/** A secret and a variable of one name are refused. */
function variables(container: Draft): Draft {
  if (container.secrets === undefined) return {};
  const taken = new Set(list(container.environment).map(({ name }) => name));
  return { secrets: list(container.secrets).filter(({ name }) => !taken.has(name)) };
}

function forFargate(draft: Draft, { cpu, memory }: { cpu: string; memory: string }): JsonObject {
  const { placementConstraints: _, ipcMode: __, ...rest } = draft;
  return {
    ...rest,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu,
    memory,
    volumes: list(draft.volumes).map(({ host: _host, dockerVolumeConfiguration: _docker, ...volume }) => volume),
    containerDefinitions: list(draft.containerDefinitions).map((container) => ({
      ...without(container, [
        "privileged",
        "dockerSecurityOptions",
        "extraHosts",
        "links",
        "dnsServers",
        "dnsSearchDomains",
        "hostname",
        "disableNetworking",
        "cpu",
      ]),
      ...(container.linuxParameters === undefined
        ? {}
        : {
            linuxParameters: without(container.linuxParameters as Draft, [
              "devices",
              "sharedMemorySize",
              "tmpfs",
              "maxSwap",
              "swappiness",
            ]),
          }),
      ...ports(container, "awsvpc"),
    })),
  };
}

function forInstances(draft: Draft): JsonObject {
  const awsvpc = draft.networkMode === "awsvpc";
  return {
    ...draft,
    containerDefinitions: list(draft.containerDefinitions).map((container) => ({
      ...without(container, awsvpc ? ["links", "extraHosts"] : []),
      ...ports(container, String(draft.networkMode)),
    })),
  };
}

function ports(container: Draft, networkMode: string): Draft {
  if (container.portMappings === undefined) return {};
  const portMappings = list(container.portMappings).map(({ hostPort, containerPortRange: _, ...mapping }) => ({
    ...mapping,
    ...(hostPort === undefined
      ? {}
      : { hostPort: networkMode === "awsvpc" ? Number(mapping.containerPort) : hostPort }),
  }));
  return { portMappings };
}

function without(draft: Draft, names: readonly string[]): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([name]) => !names.includes(name)));
}
