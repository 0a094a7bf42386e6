/**
 * A container's `repositoryCredentials`, read as ECS reads them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
 */
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import type { RegistryCredentials } from "../../../runtime/runtime.ts";
import type { SecretSource } from "./secret-source.ts";
import { StartFailure } from "./start-failure.ts";

const UNAVAILABLE =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to get registry auth from asm: service call has been retried 1 time(s):";

/**
 * What the container's image is pulled with; undefined where its definition names no secret.
 * @throws {StartFailure} where the secret is missing or holds no user name and password.
 */
export function registryCredentials(
  { repositoryCredentials }: ContainerDefinition,
  source: SecretSource,
): RegistryCredentials | undefined {
  const id = repositoryCredentials?.credentialsParameter;
  if (id === undefined) return undefined;
  const { username, password } = record(secretText(id, source));
  if (typeof username !== "string" || typeof password !== "string")
    throw new StartFailure(`${UNAVAILABLE} the secret ${id} has no username and password`);
  return { username, password };
}

function secretText(id: string, source: SecretSource): string {
  try {
    return source.secret(id, { versionId: undefined, stage: undefined });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StartFailure(
      `${UNAVAILABLE} asm fetching secret from the service for ${id}: ${error.code}: ${error.message}`,
    );
  }
}

function record(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    throw new StartFailure(`${UNAVAILABLE} unable to unmarshal secret value`);
  }
}
