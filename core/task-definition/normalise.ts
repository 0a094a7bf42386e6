import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";

/**
 * A task definition in a form in which two that mean the same to Amazon ECS are equal: defaults filled in, what means
 * nothing left out (nulls, `false`, empty lists and objects), lists whose order means nothing keyed by what
 * names their items (`[web]`). Leaves are texts, numbers, `true`, and lists whose order counts (`command` …).
 */
export type Normalised = { readonly [key: string]: Normalised | Leaf };
export type Leaf = string | number | boolean | readonly JsonValue[];

/** Lists that ECS treats as sets, and the member (or members) that names an item. */
const keyedLists = byName<readonly string[]>({
  containerDefinitions: ["name"],
  dependsOn: ["containerName"],
  devices: ["hostPath", "containerPath"],
  environment: ["name"],
  extraHosts: ["hostname", "ipAddress"],
  inferenceAccelerators: ["deviceName"],
  mountPoints: ["containerPath"],
  placementConstraints: ["type", "expression"],
  portMappings: ["containerPort", "containerPortRange", "protocol"],
  properties: ["name"],
  resourceRequirements: ["type", "value"],
  secretOptions: ["name"],
  secrets: ["name"],
  systemControls: ["namespace"],
  tags: ["key"],
  tmpfs: ["containerPath"],
  ulimits: ["name"],
  volumes: ["name"],
  volumesFrom: ["sourceContainer"],
});

/** Lists of plain values whose order means nothing. */
const unorderedLists: ReadonlySet<string> = new Set(["requiresCompatibilities", "add", "drop", "ignoredExitCodes"]);

/** Defaults of the API, by the list or object that they belong to. */
const defaults = byName<JsonObject>({
  containerDefinitions: { cpu: 0, essential: true, versionConsistency: "enabled" },
  portMappings: { protocol: "tcp" },
  healthCheck: { interval: 30, timeout: 5, retries: 3 },
  dockerVolumeConfiguration: { scope: "task" },
  efsVolumeConfiguration: { rootDirectory: "/", transitEncryption: "DISABLED" },
});

/**
 * Normalises a task definition, from a file or from DescribeTaskDefinition.
 * Defaults: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export function normaliseTaskDefinition(document: JsonObject): Normalised {
  const networkMode = typeof document.networkMode === "string" ? document.networkMode : "bridge";
  const { cpu, memory, taskRoleArn, executionRoleArn } = document;
  const filled: JsonObject = {
    ...document,
    networkMode,
    // An empty role is none to Amazon ECS, which answers without it.
    ...(taskRoleArn === "" ? { taskRoleArn: null } : {}),
    ...(executionRoleArn === "" ? { executionRoleArn: null } : {}),
    ...(typeof cpu === "string" ? { cpu: cpuUnits(cpu) } : {}),
    ...(typeof memory === "string" ? { memory: mebibytes(memory) } : {}),
  };
  return normaliseObject(filled, "", { hostPortFollows: networkMode === "awsvpc" || networkMode === "host" });
}

interface Network {
  /** Whether a port mapping's host port is its container port where it is not given. */
  readonly hostPortFollows: boolean;
}

function normaliseObject(value: JsonObject, owner: string, network: Network): Normalised {
  const filled = {
    ...defaults.get(owner),
    ...withoutNulls(value),
    ...(owner === "portMappings" ? hostPort(value, network) : {}),
  };
  const members = Object.entries(filled).map(
    ([key, member]) => [key, normaliseMember(key, member, owner, network)] as const,
  );
  return Object.fromEntries(
    members.filter((entry): entry is readonly [string, Normalised | Leaf] => entry[1] !== undefined),
  );
}

function normaliseMember(
  key: string,
  value: JsonValue,
  owner: string,
  network: Network,
): Normalised | Leaf | undefined {
  if (value === null) return undefined;
  if (value === false) return owner === "containerDefinitions" && key === "essential" ? false : undefined;
  if (isJsonList(value)) return value.length === 0 ? undefined : normaliseList(key, value, network);
  if (!isJsonObject(value)) return value;
  const normalised = normaliseObject(value, key, network);
  return Object.keys(normalised).length === 0 ? undefined : normalised;
}

function normaliseList(key: string, items: readonly JsonValue[], network: Network): Normalised | Leaf {
  if (unorderedLists.has(key)) return [...items].map(String).sort();
  const names = keyedLists.get(key);
  const objects = items.filter(isJsonObject);
  if (names === undefined || objects.length !== items.length) return items;
  const taken = new Map<string, number>();
  const keyed = objects.map((item) => {
    const normalised = normaliseObject(item, key, network);
    const name = names
      .map((member) => normalised[member] ?? "")
      .filter((part) => part !== "")
      .join("/");
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return [times === 1 ? `[${name}]` : `[${name}](${times})`, namedValue(key, normalised) ?? normalised] as const;
  });
  return Object.fromEntries(keyed);
}

/** Lists whose items are a name and one value: the item is that value, which is how people think of them. */
const valueMembers = byName({
  environment: "value",
  secrets: "valueFrom",
  secretOptions: "valueFrom",
  tags: "value",
});

function namedValue(key: string, item: Normalised): Normalised | Leaf | undefined {
  const member = valueMembers.get(key);
  return member === undefined || Object.keys(item).length !== 2 ? undefined : item[member];
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function hostPort(mapping: JsonObject, network: Network): JsonObject {
  const { hostPort, containerPort } = mapping;
  if (typeof hostPort === "number" && hostPort !== 0) return {};
  return network.hostPortFollows && typeof containerPort === "number" ? { hostPort: containerPort } : { hostPort: 0 };
}

/** `1 vCPU` and `1024` are the same to ECS, which answers the latter. */
function cpuUnits(cpu: string): string {
  const vcpu = /^\s*(\d*\.?\d+)\s*vcpu\s*$/i.exec(cpu)?.[1];
  return vcpu === undefined ? cpu : String(Math.round(Number(vcpu) * 1024));
}

/** `0.5 GB` and `512` are the same to ECS, which answers the latter. */
function mebibytes(memory: string): string {
  const gigabytes = /^\s*(\d*\.?\d+)\s*gb\s*$/i.exec(memory)?.[1];
  return gigabytes === undefined ? memory : String(Math.round(Number(gigabytes) * 1024));
}

/** A table that is looked up by names out of a file, which may be `constructor`. */
function byName<Value = string>(table: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(table));
}
