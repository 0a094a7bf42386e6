/**
 * Where the containers of a task get the credentials of its task role: `AWS_CONTAINER_CREDENTIALS_FULL_URI` ends in
 * `/credentials/TOKEN`. On AWS the address is `169.254.170.2/v2/credentials/ID`, which a process on this machine cannot
 * have to itself; SDKs take a full address where it is the machine's own.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface ContainerCredentials {
  readonly RoleArn: string;
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: Date;
}

/** @param lookup undefined for a token that stands for no running task with a role. */
export function credentialsHandler(
  lookup: (token: string) => ContainerCredentials | undefined,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const [, token] = /^\/credentials\/([^/?]+)$/.exec(request.url ?? "") ?? [];
    const found = request.method === "GET" && token !== undefined ? lookup(token) : undefined;
    const body = JSON.stringify(found ?? { code: "InvalidIdInRequest", message: "CredentialsV2Request: ID not found" });
    response.writeHead(found === undefined ? 400 : 200, { "content-type": "application/json" });
    response.end(body);
  };
}
