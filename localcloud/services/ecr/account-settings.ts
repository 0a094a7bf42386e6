/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html */
import { invalidParameter, notLocally } from "./errors.ts";

interface Setting {
  readonly values: readonly string[];
  readonly initial: string;
}

const SETTINGS = new Map<string, Setting>([
  // The local cloud's scans find what was planted and have no version; its registry has no policy to scope.
  ["BASIC_SCAN_TYPE_VERSION", { values: ["AWS_NATIVE"], initial: "AWS_NATIVE" }],
  ["BLOB_MOUNTING", { values: ["ENABLED", "DISABLED"], initial: "DISABLED" }],
  ["REGISTRY_POLICY_SCOPE", { values: ["V2"], initial: "V2" }],
]);

export class AccountSettings {
  readonly #changed = new Map<string, string>();

  /** Whether a push may take a layer from another repository of the registry. */
  get blobMounting(): boolean {
    return this.get("BLOB_MOUNTING") === "ENABLED";
  }

  /** @throws {AwsError} `InvalidParameterException`. */
  get(name: string): string {
    return this.#changed.get(name) ?? settingOf(name).initial;
  }

  /** @throws {AwsError} `InvalidParameterException`. */
  set(name: string, value: string): void {
    const { values } = settingOf(name);
    if (name === "BASIC_SCAN_TYPE_VERSION" && value === "CLAIR") throw notLocally("value", "scan with Clair");
    if (!values.includes(value))
      throw invalidParameter("value", `Member must satisfy enum value set: [${values.join(", ")}]`);
    this.#changed.set(name, value);
  }
}

function settingOf(name: string): Setting {
  const setting = SETTINGS.get(name);
  if (setting === undefined)
    throw invalidParameter("name", `Member must satisfy enum value set: [${[...SETTINGS.keys()].join(", ")}]`);
  return setting;
}
