/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
import type { Filter, ListSecretsRequest } from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../../protocol/aws-error.ts";
import { invalidParameter, notImplemented } from "./errors.ts";
import type { Secret } from "./secret.ts";
import { secretShape, stagesByVersion } from "./secret-shapes.ts";
import type { SecretStore } from "./secret-store.ts";

const PAGE = 100;

export function listSecrets(store: SecretStore, input: ListSecretsRequest) {
  const { MaxResults = PAGE, NextToken, SortOrder, IncludePlannedDeletion = false } = input;
  if (input.SortBy !== undefined) throw notImplemented("SortBy of secretsmanager:ListSecrets");
  if (MaxResults < 1 || MaxResults > PAGE) throw invalidParameter(`MaxResults must be between 1 and ${PAGE}.`);
  const tests = (input.Filters ?? []).map(testOf);
  const found = store
    .all()
    .filter(
      (secret) => (IncludePlannedDeletion || secret.deletion === undefined) && tests.every((test) => test(secret)),
    );
  const ordered = SortOrder === "asc" ? found : found.reverse();
  const start = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, "base64url").toString("utf8"));
  if (!Number.isSafeInteger(start) || start < 0)
    throw new AwsError("InvalidNextTokenException", "The NextToken value is invalid.");
  const end = start + MaxResults;
  return {
    SecretList: ordered
      .slice(start, end)
      .map((secret) => ({ ...secretShape(secret), SecretVersionsToStages: stagesByVersion(secret) })),
    ...(end < ordered.length ? { NextToken: Buffer.from(String(end)).toString("base64url") } : {}),
  };
}

/** Values are beginnings; `!` before one turns it around. */
function testOf({ Key, Values = [] }: Filter): (secret: Secret) => boolean {
  if (Key !== "name") throw notImplemented(`the filter ${Key} of secretsmanager:ListSecrets`);
  return ({ name }) =>
    Values.some((value) => (value.startsWith("!") ? !name.startsWith(value.slice(1)) : name.startsWith(value)));
}
