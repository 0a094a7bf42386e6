/**
 * The values of a container's `secrets`. They go to the container's environment and nowhere else.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 */
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import type { SecretSource } from "./secret-source.ts";
import { StartFailure } from "./start-failure.ts";

const UNAVAILABLE =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:";
const FROM_SECRETS_MANAGER = `${UNAVAILABLE} unable to retrieve secret from asm: service call has been retried 1 time(s):`;
const FROM_SSM = `${UNAVAILABLE} unable to retrieve secrets from ssm: service call has been retried 1 time(s):`;

/**
 * The values by the names under which the container sees them.
 * @throws {StartFailure} `ResourceInitializationError` in ECS's words.
 */
export function secretValues(containers: readonly ContainerDefinition[], source: SecretSource): SecretValues {
  refuseMissingParameters(containers, source);
  return new Map(
    containers.map(({ name = "", secrets = [] }) => [
      name,
      Object.fromEntries(secrets.map((secret) => [secret.name ?? "", secretValue(secret.valueFrom ?? "", source)])),
    ]),
  );
}

/** By container, then by variable. */
export type SecretValues = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** All of them in one sentence, as GetParameters answers. */
function refuseMissingParameters(containers: readonly ContainerDefinition[], source: SecretSource): void {
  const asked = containers.flatMap(({ secrets = [] }) => secrets.map(({ valueFrom = "" }) => valueFrom));
  const missing = asked.filter((valueFrom) => !isSecret(valueFrom) && source.parameter(valueFrom) === undefined);
  if (missing.length === 0) return;
  const names = [...new Set(missing)].map((reference) => reference.replace(/^arn:.*:parameter(?=\/)/, ""));
  throw new StartFailure(`${FROM_SSM} invalid ssm parameters: ${names.join(",")}`);
}

function isSecret(valueFrom: string): boolean {
  return /^arn:[^:]*:secretsmanager:/.test(valueFrom);
}

function secretValue(valueFrom: string, source: SecretSource): string {
  if (!isSecret(valueFrom)) return source.parameter(valueFrom) ?? "";
  const parts = valueFrom.split(":");
  const arn = parts.slice(0, 7).join(":");
  const [jsonKey, stage, versionId] = parts.slice(7).map((part) => (part === "" ? undefined : part));
  const text = secretText(arn, { stage, versionId }, source);
  return jsonKey === undefined ? text : memberOf(text, jsonKey);
}

function secretText(
  arn: string,
  version: { stage: string | undefined; versionId: string | undefined },
  source: SecretSource,
): string {
  try {
    return source.secret(arn, version);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StartFailure(
      `${FROM_SECRETS_MANAGER} failed to fetch secret ${arn} from secrets manager: ${error.code}: ${error.message}`,
    );
  }
}

function memberOf(text: string, key: string): string {
  const document = parsed(text);
  const value = isRecord(document) && Object.hasOwn(document, key) ? document[key] : undefined;
  if (value === undefined)
    throw new StartFailure(
      `${FROM_SECRETS_MANAGER} retrieved secret from Secrets Manager did not contain json key ${key}`,
    );
  return written(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StartFailure(
      `${FROM_SECRETS_MANAGER} invalid character '${text.trimStart().charAt(0)}' looking for beginning of value`,
    );
  }
}

/** Numbers as the ECS agent's language prints them: with an exponent from the seventh digit on. */
function written(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return JSON.stringify(value);
  const [digits, exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
