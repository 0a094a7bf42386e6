import type { AccessKeys } from "../../gateway/sigv4.ts";

/** The keys that every local cloud takes: `test` / `test`, the account's root. */
export function rootKeys(accountId: string): AccessKeys {
  const principal = { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId, accessKeyId: "test" };
  return {
    find: (accessKeyId) => (accessKeyId === "test" ? { secretAccessKey: "test", principal } : undefined),
  };
}
