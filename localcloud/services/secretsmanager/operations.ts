/** AWS Secrets Manager. https://docs.aws.amazon.com/secretsmanager/latest/apireference */
import type { CreateSecretRequest, SecretsManager, Tag } from "@aws-sdk/client-secrets-manager";
import type { Operations, Service } from "../../gateway/service.ts";
import { deleteSecret } from "./delete-secret.ts";
import { invalidName, invalidParameter, invalidRequest, notImplemented, validation } from "./errors.ts";
import { listSecrets } from "./list-secrets.ts";
import { addVersion, checkedContent, checkToken, findVersion, type Secret } from "./secret.ts";
import { secretShape, stagesByVersion } from "./secret-shapes.ts";
import type { SecretStore } from "./secret-store.ts";

const NAME = /^[\w/+=.@-]{1,512}$/;
const LONGEST_DESCRIPTION = 2048;
const MOST_TAGS = 50;

export function secretsManagerService(store: SecretStore): Service {
  const operations: Operations<SecretsManager> = {
    CreateSecret(input) {
      const { Name: name = "", ClientRequestToken: token } = input;
      refuseUnsupported(input);
      checkDescription(input.Description);
      if (!NAME.test(name)) throw invalidName();
      if (token !== undefined) checkToken(token);
      const content = checkedContent(input);
      const again = sentAgain(store, name, token);
      const secret =
        again ?? store.create(name, { description: input.Description, tags: checkedTags(input.Tags ?? []) });
      if (content === undefined) return { ARN: secret.arn, Name: name };
      const version = addVersion(secret, content, { ...(token === undefined ? {} : { token }), now: store.now() });
      return { ARN: secret.arn, Name: name, VersionId: version.id };
    },

    PutSecretValue(input) {
      const secret = changeable(store.find(input.SecretId ?? ""));
      const content = checkedContent(input);
      if (content === undefined) throw invalidRequest("You must provide either SecretString or SecretBinary.");
      const version = addVersion(secret, content, {
        ...(input.ClientRequestToken === undefined ? {} : { token: input.ClientRequestToken }),
        ...(input.VersionStages === undefined ? {} : { stages: input.VersionStages }),
        now: store.now(),
      });
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
    },

    GetSecretValue({ SecretId = "", VersionId, VersionStage }) {
      const secret = store.find(SecretId);
      const version = findVersion(secret, { versionId: VersionId, stage: VersionStage });
      version.readAt = store.now();
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        ...version.content,
        VersionStages: [...version.stages],
        CreatedDate: version.createdAt,
      };
    },

    DescribeSecret({ SecretId = "" }) {
      const secret = store.find(SecretId);
      return { ...secretShape(secret), VersionIdsToStages: stagesByVersion(secret) };
    },

    UpdateSecret(input) {
      refuseUnsupported(input);
      checkDescription(input.Description);
      const secret = changeable(store.find(input.SecretId ?? ""));
      const content = checkedContent(input);
      const token = input.ClientRequestToken;
      const version =
        content === undefined
          ? undefined
          : addVersion(secret, content, { ...(token === undefined ? {} : { token }), now: store.now() });
      secret.description = input.Description ?? secret.description;
      secret.changedAt = store.now();
      return { ARN: secret.arn, Name: secret.name, ...(version === undefined ? {} : { VersionId: version.id }) };
    },

    DeleteSecret: (input) => deleteSecret(store, input),

    RestoreSecret({ SecretId = "" }) {
      const secret = store.find(SecretId);
      store.restore(secret);
      return { ARN: secret.arn, Name: secret.name };
    },

    ListSecrets: (input) => listSecrets(store, input),
  };
  return { signingName: "secretsmanager", protocol: "awsJson1_1", schemas: () => import("./schemas.ts"), operations };
}

/** @throws {AwsError} for what has no meaning without KMS, replication or rotation. */
function refuseUnsupported(input: Pick<CreateSecretRequest, "KmsKeyId" | "AddReplicaRegions" | "Type">): void {
  if (input.KmsKeyId !== undefined && input.KmsKeyId !== "alias/aws/secretsmanager")
    throw notImplemented(`the KMS key ${input.KmsKeyId}`);
  if ((input.AddReplicaRegions ?? []).length > 0) throw notImplemented("AddReplicaRegions of secretsmanager");
  if (input.Type !== undefined) throw notImplemented("Type of secretsmanager");
}

function checkDescription(description = ""): void {
  if (description.length > LONGEST_DESCRIPTION)
    throw validation(
      `1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_DESCRIPTION}`,
    );
}

/** A CreateSecret whose answer was lost: the secret has the version that its token names. */
function sentAgain(store: SecretStore, name: string, token: string | undefined): Secret | undefined {
  if (token === undefined) return undefined;
  return store.all().find((secret) => secret.name === name && !secret.deletion && secret.versions.has(token));
}

/** @throws {AwsError} `InvalidRequestException` for a secret that waits to be deleted. */
function changeable(secret: Secret): Secret {
  if (secret.deletion !== undefined)
    throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
  return secret;
}

function checkedTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > MOST_TAGS) throw invalidParameter(`A secret can have at most ${MOST_TAGS} tags.`);
  for (const { Key = "", Value = "" } of tags)
    if (Key.length < 1 || Key.length > 128 || Value.length > 256 || /^aws:/i.test(Key))
      throw invalidParameter(`Invalid tag key or value: '${Key}'.`);
  return tags;
}
