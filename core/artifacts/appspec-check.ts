import { ToolkitError } from "../platform/errors.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { nearMiss } from "../platform/near-miss.ts";
import { type AppSpecShape, appSpecShape } from "./appspec-shape.ts";

export function appSpecInvalid(name: string, path: string, why: string, remedy: string, cause?: unknown): ToolkitError {
  const where = path === "" ? name : `${name}: ${path}`;
  return new ToolkitError("APPSPEC_INVALID", `${where}: ${why}`, remedy, { cause });
}

/**
 * Checks an AppSpec's form: lists and objects where CodeDeploy has them, no key that is probably a misspelling. The case
 * of keys does not count. Other unknown keys are CodeDeploy's to judge.
 * @throws {ToolkitError} APPSPEC_INVALID with the path
 */
export function checkAppSpecForm(name: string, value: JsonValue, shape = appSpecShape, path = ""): void {
  // YAML writes what is left out as null.
  if (value === null && path !== "") return;
  switch (shape.kind) {
    case "structure":
      if (!isJsonObject(value)) throw wrongType(name, path, "an object");
      checkMembers(name, value, shape.members, path);
      return;
    case "list":
      if (!isJsonList(value)) throw wrongType(name, path, "a list");
      for (const [index, item] of value.entries()) checkAppSpecForm(name, item, shape.item, `${path}[${index}]`);
      return;
    case "named":
      if (!isJsonObject(value)) throw wrongType(name, path, "an object");
      for (const [key, item] of Object.entries(value)) checkAppSpecForm(name, item, shape.item, `${path}.${key}`);
      return;
    case "scalar":
      if (typeof value === "object") throw wrongType(name, path, "a text or a number");
  }
}

function checkMembers(name: string, value: JsonObject, members: Readonly<Record<string, AppSpecShape>>, path: string) {
  const known = new Map(Object.entries(members).map(([key, shape]) => [key.toLowerCase(), shape]));
  for (const [key, item] of Object.entries(value)) {
    const memberPath = path === "" ? key : `${path}.${key}`;
    const shape = known.get(key.toLowerCase());
    const meant = shape === undefined ? nearMiss(key, Object.keys(members)) : undefined;
    if (meant !== undefined)
      throw appSpecInvalid(name, memberPath, "unknown key", `Did you mean "${meant}"? Nothing was deployed.`);
    if (shape !== undefined) checkAppSpecForm(name, item, shape, memberPath);
  }
}

function wrongType(name: string, path: string, wanted: string): ToolkitError {
  return appSpecInvalid(name, path, `must be ${wanted}`, `Correct ${path || "it"} in ${name}. Nothing was deployed.`);
}
