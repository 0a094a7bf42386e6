/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
import type { DeleteSecretRequest, DeleteSecretResponse } from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../../protocol/aws-error.ts";
import { invalidParameter, invalidRequest } from "./errors.ts";
import type { SecretStore } from "./secret-store.ts";

const DEFAULT_WINDOW_DAYS = 30;

export function deleteSecret(store: SecretStore, input: DeleteSecretRequest): DeleteSecretResponse {
  const { SecretId = "", RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false } = input;
  if (force && days !== undefined)
    throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  if (days !== undefined && (days < 7 || days > DEFAULT_WINDOW_DAYS))
    throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  if (force) return deleteNow(store, SecretId);
  const secret = store.find(SecretId);
  if (secret.deletion !== undefined)
    throw invalidRequest("You tried to perform the operation on a secret that's currently marked deleted.");
  return { ARN: secret.arn, Name: secret.name, DeletionDate: store.schedule(secret, days ?? DEFAULT_WINDOW_DAYS) };
}

/** What is gone already is no error, so that a deletion can be repeated. */
function deleteNow(store: SecretStore, secretId: string): DeleteSecretResponse {
  try {
    const secret = store.find(secretId);
    store.delete(secret);
    return { ARN: secret.arn, Name: secret.name, DeletionDate: store.now() };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Name: secretId, DeletionDate: store.now() };
  }
}
