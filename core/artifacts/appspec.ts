import type { Document, Node, Pair, YAMLMap } from "yaml";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { parseYaml } from "../platform/parse-yaml.ts";
import { appSpecInvalid, checkAppSpecForm } from "./appspec-check.ts";

/** An AppSpec of a CodeDeploy deployment of one Amazon ECS service. */
export interface AppSpec {
  /** What messages call it: the file's name. */
  readonly name: string;
  /** As it was written. */
  readonly text: string;
  readonly document: JsonObject;
  /** Where the service's task definition stands in the document. */
  readonly path: Path;
  /** What stands there: an ARN, or a placeholder such as `<TASK_DEFINITION>`. */
  readonly taskDefinition: string;
}

/** Keys as they are written, and indexes. */
type Path = readonly (string | number)[];

const serviceType = "AWS::ECS::Service";

/** Far above what an AppSpec needs; keeps what walks it from running out of stack. */
const maxDepth = 32;

/**
 * Reads an AppSpec for Amazon ECS, JSON or YAML. CodeDeploy does not mind the case of its keys.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file.html
 * @param name what messages call it
 * @throws {ToolkitError} APPSPEC_INVALID
 */
export async function readAppSpec(name: string, text: string): Promise<AppSpec> {
  const document = fromJson(text) ?? (await fromYaml(name, text)).value;
  checkDepth(name, document);
  checkAppSpecForm(name, document);
  const appSpec = document as JsonObject;
  checkVersion(name, appSpec);
  const path = below(name, appSpec, servicePath(name, appSpec), ["Properties", "TaskDefinition"]);
  const taskDefinition = valueAt(appSpec, path);
  return { name, text, document: appSpec, path, taskDefinition: String(taskDefinition ?? "") };
}

/**
 * The AppSpec's text with another task definition in the place of what is there. In YAML all else, comments too, stays as
 * it was written.
 * @throws {ToolkitError} APPSPEC_INVALID where that would change something else as well: an anchor that others use
 */
export async function withTaskDefinition(
  { name, text, document, path }: AppSpec,
  taskDefinition: string,
): Promise<string> {
  const wanted = replaced(document, path, taskDefinition);
  if (fromJson(text) !== undefined) return `${JSON.stringify(wanted, null, 2)}\n`;
  const { parsed } = await fromYaml(name, text);
  const [start, end] = await rangeOf(parsed, path);
  const spliced = splice(text, start, end, JSON.stringify(taskDefinition));
  const { value } = await fromYaml(name, spliced).catch(() => ({ value: null }));
  if (JSON.stringify(value) === JSON.stringify(wanted)) return spliced;
  throw appSpecInvalid(
    name,
    shown(path),
    "shares its value with another place, by an anchor or a merge",
    `Write the TaskDefinition of ${name} out, as <TASK_DEFINITION>.`,
  );
}

function fromJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as JsonValue;
  } catch {
    return undefined;
  }
}

async function fromYaml(name: string, text: string): Promise<{ parsed: Document.Parsed; value: JsonValue }> {
  try {
    const parsed = await parseYaml(text, { merge: true, stringKeys: true });
    return { parsed, value: parsed.toJS() as JsonValue };
  } catch (cause) {
    const [why = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n", 1);
    const remedy = `Correct ${name}. Nothing was deployed.`;
    throw appSpecInvalid(name, "", `is neither JSON nor YAML: ${why.replace(/:$/, "")}`, remedy, cause);
  }
}

/** YAML can hold a list inside of itself, by an alias. */
function checkDepth(name: string, value: JsonValue, depth = 1): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > maxDepth)
    throw appSpecInvalid(
      name,
      "",
      `is nested deeper than ${maxDepth} levels`,
      `Correct ${name}. Nothing was deployed.`,
    );
  for (const item of Object.values(value)) checkDepth(name, item, depth + 1);
}

function checkVersion(name: string, document: JsonObject): void {
  const key = keyOf(document, "version");
  if (key !== undefined && Number(document[key]) === 0 && document[key] !== "") return;
  const why = key === undefined ? "is missing" : `is ${JSON.stringify(document[key])}: CodeDeploy has only 0.0`;
  throw appSpecInvalid(name, "version", why, `Write version: 0.0 into ${name}. Nothing was deployed.`);
}

/** Where the one Amazon ECS service stands. */
function servicePath(name: string, document: JsonObject): Path {
  const path = below(name, document, [], ["Resources"]);
  const resources = valueAt(document, path);
  const found = (isJsonList(resources) ? resources : []).flatMap((resource, index) =>
    Object.entries(isJsonObject(resource) ? resource : {})
      .filter(([, target]) => isJsonObject(target) && target[keyOf(target, "Type") ?? ""] === serviceType)
      .map(([target]) => [...path, index, target]),
  );
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const why = first === undefined ? `has no ${serviceType}` : `has ${found.length} of ${serviceType}`;
  throw appSpecInvalid(name, shown(path), why, `Name one ${serviceType} in ${name}. Nothing was deployed.`);
}

/** The path that the keys lead to. @throws {ToolkitError} APPSPEC_INVALID where one of them is missing */
function below(name: string, document: JsonObject, from: Path, keys: readonly string[]): Path {
  const path = [...from];
  for (const key of keys) {
    const owner = valueAt(document, path);
    const found = isJsonObject(owner) ? keyOf(owner, key) : undefined;
    path.push(found ?? key);
    if (found === undefined)
      throw appSpecInvalid(name, shown(path), "is missing", `Write ${key} into ${name}. Nothing was deployed.`);
  }
  return path;
}

function keyOf(value: JsonObject, key: string): string | undefined {
  return Object.keys(value).find((each) => each.toLowerCase() === key.toLowerCase());
}

function valueAt(document: JsonValue, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, step) => {
    if (isJsonList(value)) return value[Number(step)];
    return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, document);
}

function replaced(value: JsonValue, [step, ...rest]: Path, by: string): JsonValue {
  if (step === undefined) return by;
  if (isJsonList(value)) return value.map((item, index) => (index === step ? replaced(item, rest, by) : item));
  const members = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(members.map(([key, item]) => [key, key === step ? replaced(item, rest, by) : item]));
}

/** Where the value stands in the text; where nothing is written, an empty place. */
async function rangeOf(parsed: Document.Parsed, path: Path): Promise<[number, number]> {
  const { isMap, isPair, isScalar } = (await import("yaml")).default;
  const owner = parsed.getIn(path.slice(0, -1), true);
  const pairs: readonly Pair[] = isMap(owner) ? (owner as YAMLMap).items : [];
  const pair = pairs.find((item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1));
  const node = pair?.value as Node | null | undefined;
  const key = pair?.key as Node | undefined;
  return [node?.range?.[0] ?? key?.range?.[2] ?? 0, node?.range?.[1] ?? key?.range?.[2] ?? 0];
}

/** A blank before, where the text ends at a colon; a line's end after, where a block took it along. */
function splice(text: string, start: number, end: number, value: string): string {
  const before = text.slice(0, start);
  const line = text.slice(start, end).endsWith("\n") ? "\n" : "";
  return `${before}${/[\s]$/.test(before) ? "" : " "}${value}${line}${text.slice(end)}`;
}

function shown(path: Path): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}
