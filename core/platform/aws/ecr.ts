import {
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from "@aws-sdk/client-ecr";
import { type ClientSettings, caller, sdkConfig } from "./settings.ts";

export type EcrApi = ReturnType<typeof ecrApi>;

export function ecrApi(settings: ClientSettings) {
  const call = caller("ecr", new ECRClient(sdkConfig(settings)), settings);
  return {
    batchGetImage: call(BatchGetImageCommand),
    describeImageScanFindings: call(DescribeImageScanFindingsCommand),
    describeRepositories: call(DescribeRepositoriesCommand),
    getAuthorizationToken: call(GetAuthorizationTokenCommand),
  };
}
