import type { Service, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { ToolkitError } from "../platform/errors.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import type { Change } from "../task-definition/diff.ts";
import type { PlanInput } from "./deploy-input.ts";
import { primaryOf } from "./primary.ts";

/** What of a service's own settings changes. */
export interface SettingsChange {
  /** The members of UpdateService that change something, and no others. */
  readonly request: Partial<UpdateServiceCommandInput>;
  /** The same for people, by the API's names. */
  readonly changes: readonly Change[];
}

type Settings = Readonly<Record<string, JsonValue>>;

/**
 * Compares the settings that the input gives with those that the service has.
 * @throws {ToolkitError} INPUT_INVALID where a JSON input is not of its form
 */
export function settingsChange(service: Service, wanted: Settings): SettingsChange {
  const current = currentSettings(service);
  const different = Object.entries(wanted).filter(([name, value]) => !covers(current[name], value));
  const changes = different.map(([path, after]) => ({ path, before: shown(current[path]), after: shown(after) }));
  const request: Partial<UpdateServiceCommandInput> = Object.fromEntries(different);
  // Amazon ECS refuses the change where the same call does not force a deployment.
  return {
    changes,
    request: "capacityProviderStrategy" in request ? { ...request, forceNewDeployment: true } : request,
  };
}

/** The settings that the input gives, by UpdateService's names. @throws {ToolkitError} INPUT_INVALID */
export function wantedSettings(input: PlanInput): Settings {
  const all = {
    desiredCount: input.desiredCount,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
    propagateTags: input.propagateTags,
    enableECSManagedTags: input.enableEcsManagedTags,
    capacityProviderStrategy: capacityProviderStrategy(input.capacityProviderStrategy),
    volumeConfigurations: volumeConfigurations(input),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** With the API's defaults filled in, as the service answers where nothing was ever set. */
function currentSettings(service: Service): Readonly<Record<string, JsonValue | undefined>> {
  const volumes = primaryOf(service)?.volumeConfigurations ?? [];
  return {
    desiredCount: service.desiredCount ?? 0,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds ?? 0,
    propagateTags: service.propagateTags ?? "NONE",
    enableECSManagedTags: service.enableECSManagedTags ?? false,
    capacityProviderStrategy: (service.capacityProviderStrategy ?? []).map((item) => withStrategyDefaults({ ...item })),
    volumeConfigurations: plainJson(volumes),
  };
}

function capacityProviderStrategy(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  const value = parsed("capacity-provider-strategy", text);
  if (!isJsonList(value) || !value.every((item) => isJsonObject(item) && typeof item.capacityProvider === "string")) {
    throw malformed("capacity-provider-strategy", 'is not a JSON list of objects with "capacityProvider"');
  }
  return value.map((item) => withStrategyDefaults(item as JsonObject));
}

function withStrategyDefaults({ capacityProvider = "", weight = 0, base = 0 }: Partial<JsonObject>) {
  return { capacityProvider, weight, base };
}

function volumeConfigurations({
  serviceManagedEbsVolume: volume,
  serviceManagedEbsVolumeName: name,
}: PlanInput): JsonValue | undefined {
  if (volume === undefined && name === undefined) return undefined;
  if (volume === undefined) throw malformed("service-managed-ebs-volume-name", "service-managed-ebs-volume is missing");
  if (name === undefined) throw malformed("service-managed-ebs-volume", "service-managed-ebs-volume-name is missing");
  const managedEBSVolume = parsed("service-managed-ebs-volume", volume);
  if (!isJsonObject(managedEBSVolume) || typeof managedEBSVolume.roleArn !== "string") {
    throw malformed("service-managed-ebs-volume", 'is not a JSON object with "roleArn"');
  }
  return [{ name, managedEBSVolume }];
}

function parsed(name: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw malformed(name, `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function malformed(name: string, why: string): ToolkitError {
  return new ToolkitError("INPUT_INVALID", `${name}: ${why}`, `Correct the input ${name}.`);
}

/** Whether the service has all of it already; members that the input does not give are the service's own. */
function covers(current: JsonValue | undefined, wanted: JsonValue): boolean {
  if (isJsonList(wanted)) {
    if (!isJsonList(current) || current.length !== wanted.length) return false;
    return wanted.every((item, index) => covers(current[index], item));
  }
  if (!isJsonObject(wanted)) return current === wanted;
  return isJsonObject(current) && Object.entries(wanted).every(([key, value]) => covers(current[key], value));
}

function shown(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function plainJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
