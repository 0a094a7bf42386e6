/** The parameters of one local cloud, in memory, with all their versions. */
import { createCipheriv, randomBytes } from "node:crypto";
import type { ParameterTier, ParameterType, Tag } from "@aws-sdk/client-ssm";
import type { Clock } from "../../clock.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { parameterNotFound, ssmError } from "./errors.ts";
import { type ParameterReference, parseReference } from "./parameter-name.ts";

/** AWS keeps so many, and drops the oldest that has no label. */
const MOST_VERSIONS = 100;

export interface ParameterVersion {
  readonly version: number;
  readonly value: string;
  readonly type: ParameterType;
  readonly tier: ParameterTier;
  readonly description: string | undefined;
  readonly modifiedAt: Date;
  /** The ARN of whoever put it. */
  readonly modifiedBy: string;
}

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  /** The newest last; there is always one. */
  readonly versions: ParameterVersion[];
  tags: readonly Tag[];
}

export interface ReadParameter {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  readonly reference: ParameterReference;
}

export class ParameterStore {
  readonly #clock: Clock;
  readonly #arnPrefix: string;
  readonly #parameters = new Map<string, Parameter>();
  /** Stands for the KMS key that no local cloud has. */
  readonly #key = randomBytes(32);

  constructor(clock: Clock, { accountId, region }: { readonly accountId: string; readonly region: string }) {
    this.#clock = clock;
    this.#arnPrefix = `arn:aws:ssm:${region}:${accountId}:parameter`;
  }

  /** By name. */
  all(): Parameter[] {
    return [...this.#parameters.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  find(name: string): Parameter | undefined {
    return this.#parameters.get(name);
  }

  put(name: string, settings: Omit<ParameterVersion, "version" | "modifiedAt">): ParameterVersion {
    const parameter = this.#parameters.get(name) ?? this.#create(name);
    const version = (parameter.versions.at(-1)?.version ?? 0) + 1;
    const added = { ...settings, version, modifiedAt: new Date(this.#clock.now()) };
    parameter.versions.push(added);
    if (parameter.versions.length > MOST_VERSIONS) parameter.versions.shift();
    return added;
  }

  /** @returns whether there was one. */
  delete(name: string): boolean {
    return this.#parameters.delete(name);
  }

  /** Like `read`, but undefined for what is not there. */
  tryRead(reference: string): ReadParameter | undefined {
    try {
      return this.read(reference);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return undefined;
    }
  }

  /**
   * The parameter and version behind a name, an ARN or either with `:version`.
   * @throws {AwsError} `ParameterNotFound`, `ParameterVersionNotFound`
   */
  read(reference: string): ReadParameter {
    const parsed = parseReference(reference);
    const parameter = this.#parameters.get(parsed.name);
    if (parameter === undefined) throw parameterNotFound();
    const version =
      parsed.selector === undefined
        ? parameter.versions.at(-1)
        : parameter.versions.find((candidate) => String(candidate.version) === parsed.selector);
    if (version === undefined) throw versionNotFound(parsed);
    return { parameter, version, reference: parsed };
  }

  /** What a SecureString shows without decryption: ciphertext, though not AWS KMS's. */
  encrypted(value: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    return Buffer.concat([nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64");
  }

  #create(name: string): Parameter {
    const parameter = {
      name,
      arn: `${this.#arnPrefix}${name.startsWith("/") ? "" : "/"}${name}`,
      versions: [],
      tags: [],
    };
    this.#parameters.set(name, parameter);
    return parameter;
  }
}

function versionNotFound({ name, selector = "" }: ParameterReference): AwsError {
  const what = /^\d+$/.test(selector) ? "version" : "label";
  return ssmError(
    "ParameterVersionNotFound",
    `Systems Manager could not find ${what} ${selector} of ${name}. Verify the ${what} and try again.`,
  );
}
