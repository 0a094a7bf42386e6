/** For tests: a call of an operation as the gateway hands it on, signed by the account's root user. */
import type { Call } from "./service.ts";

export const account = { accountId: "000000000000", region: "us-east-1" };

export function callFrom(region: string): Call {
  const { accountId } = account;
  return {
    requestId: "request",
    region,
    principal: { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId, accessKeyId: "test" },
  };
}

export const call = callFrom(account.region);
