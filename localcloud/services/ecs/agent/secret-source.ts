/** What Amazon ECS reads for a task before it starts, from the services that keep secrets; in process, as behind the API. */

import { findVersion } from "../../secretsmanager/secret.ts";
import type { SecretStore } from "../../secretsmanager/secret-store.ts";
import type { ParameterStore } from "../../ssm/parameter-store.ts";

export interface SecretSource {
  /** The decrypted value of a parameter, by name or ARN; undefined where there is none. */
  parameter(reference: string): string | undefined;
  /**
   * The text of a secret, by ARN or name.
   * @throws {AwsError} in Secrets Manager's words.
   */
  secret(id: string, version: { versionId: string | undefined; stage: string | undefined }): string;
}

export function secretSource(parameters: ParameterStore, secrets: SecretStore): SecretSource {
  return {
    parameter: (reference) => parameters.tryRead(reference)?.version.value,
    secret: (id, version) => findVersion(secrets.find(id), version).content.SecretString ?? "",
  };
}
