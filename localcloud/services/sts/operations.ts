import type { STS } from "@aws-sdk/client-sts";
import type { Operations, Service } from "../../gateway/service.ts";

const operations: Operations<STS> = {
  GetCallerIdentity: (_input, { principal }) => ({
    Account: principal.accountId,
    Arn: principal.arn,
    UserId: principal.userId,
  }),
};

/** AWS Security Token Service: who am I. https://docs.aws.amazon.com/STS/latest/APIReference */
export function stsService(): Service {
  return {
    signingName: "sts",
    protocol: "query",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    schemas: () => import("./schemas.ts"),
    operations,
  };
}
