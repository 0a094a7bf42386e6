import type { ECR } from "@aws-sdk/client-ecr";
import type { Clock } from "../../clock.ts";
import type { Operations, Service } from "../../gateway/service.ts";
import { accountSettingOperations } from "./account-setting-operations.ts";
import { notLocally } from "./errors.ts";
import { batchDeleteImage } from "./image-deletion.ts";
import { imageOperations } from "./image-operations.ts";
import { lifecycleOperations } from "./lifecycle/operations.ts";
import { lifecyclePreviewOperations } from "./lifecycle/preview-operations.ts";
import { type RepositoryOptions, repositoryOperations } from "./repository-operations.ts";
import { scanOperations } from "./scans/operations.ts";

export interface EcrServiceOptions extends RepositoryOptions {
  readonly clock: Clock;
}

/** Amazon Elastic Container Registry, private registry. https://docs.aws.amazon.com/AmazonECR/latest/APIReference */
export function ecrService(options: EcrServiceOptions): Service {
  const operations: Operations<ECR> = {
    ...repositoryOperations(options),
    ...imageOperations(options.store),
    ...accountSettingOperations(options.store),
    ...scanOperations(options.store),
    ...lifecycleOperations(options.store),
    ...lifecyclePreviewOperations(options.store, options.clock),
    BatchDeleteImage: batchDeleteImage(options.store),
    GetAuthorizationToken: getAuthorizationToken(options),
  };
  return { signingName: "ecr", protocol: "awsJson1_1", schemas: () => import("./schemas.ts"), operations };
}

function getAuthorizationToken({
  store,
  clock,
  registryHost,
}: EcrServiceOptions): NonNullable<Operations<ECR>["GetAuthorizationToken"]> {
  return ({ registryIds = [store.registryId] }) => {
    if (registryIds.some((id) => id !== store.registryId))
      throw notLocally("registryIds", `have the registry of another account than ${store.registryId}`);
    const { password, expiresAt } = store.tokens.issue(clock.now());
    const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
    return {
      authorizationData: [
        { authorizationToken, expiresAt: new Date(expiresAt), proxyEndpoint: `http://${registryHost()}` },
      ],
    };
  };
}
