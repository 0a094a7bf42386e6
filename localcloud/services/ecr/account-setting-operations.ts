import type { ECR } from "@aws-sdk/client-ecr";
import type { Operations } from "../../gateway/service.ts";
import type { EcrStore } from "./store.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html */
export function accountSettingOperations({ accountSettings }: EcrStore) {
  return {
    GetAccountSetting: ({ name = "" }) => ({ name, value: accountSettings.get(name) }),
    PutAccountSetting: ({ name = "", value = "" }) => {
      accountSettings.set(name, value);
      return { name, value };
    },
  } satisfies Operations<ECR>;
}
