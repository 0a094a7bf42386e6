import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { type ClientSettings, caller, sdkConfig } from "./settings.ts";

export type IamApi = ReturnType<typeof iamApi>;

export function iamApi(settings: ClientSettings) {
  const call = caller("iam", new IAMClient(sdkConfig(settings)), settings);
  return { getRole: call(GetRoleCommand) };
}
