/** The errors that AWS answers when it is not the caller's input that is wrong, as each service spells them. */
import { AwsError } from "../../protocol/aws-error.ts";
import type { Principal, Service } from "../service.ts";

interface Spelling {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** By protocol: services that speak JSON name the shape, those that speak the query protocol its older code. */
type Spellings = Readonly<Record<"json" | "query" | "ec2", Spelling>>;

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
const throttled: Spellings = {
  json: { code: "ThrottlingException", message: "Rate exceeded", status: 400 },
  query: { code: "Throttling", message: "Rate exceeded", status: 400 },
  ec2: { code: "RequestLimitExceeded", message: "Request limit exceeded.", status: 503 },
};

const expired: Spellings = {
  json: {
    code: "ExpiredTokenException",
    message: "The security token included in the request is expired",
    status: 400,
  },
  query: { code: "ExpiredToken", message: "The security token included in the request is expired", status: 403 },
  ec2: { code: "RequestExpired", message: "Request has expired.", status: 400 },
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html */
const failed: Spellings = {
  json: {
    code: "InternalFailure",
    message: "The request processing has failed because of an unknown error, exception or failure.",
    status: 500,
  },
  query: {
    code: "InternalFailure",
    message: "The request processing has failed because of an unknown error, exception or failure.",
    status: 500,
  },
  ec2: { code: "InternalError", message: "An internal error has occurred.", status: 500 },
};

const unavailable: Spellings = {
  json: {
    code: "ServiceUnavailableException",
    message: "The request has failed due to a temporary failure of the server.",
    status: 503,
  },
  query: {
    code: "ServiceUnavailable",
    message: "The request has failed due to a temporary failure of the server.",
    status: 503,
  },
  ec2: { code: "Unavailable", message: "The server is overloaded and can't handle the request.", status: 503 },
};

/** Services whose API has a shape of its own for a failure of theirs, with the API reference's sentence. */
const ownFailures: Readonly<Record<string, Omit<Spelling, "status">>> = {
  ecs: { code: "ServerException", message: "These errors are usually caused by a server issue." },
  ecr: { code: "ServerException", message: "These errors are usually caused by a server-side issue." },
  ssm: { code: "InternalServerError", message: "An error occurred on the server side." },
  secretsmanager: { code: "InternalServiceError", message: "An error occurred on the server side." },
  "application-autoscaling": {
    code: "InternalServiceException",
    message: "The service encountered an internal error.",
  },
};

export function throttling(service: Service): AwsError {
  return spelled(throttled, service);
}

export function expiredToken(service: Service): AwsError {
  return spelled(expired, service);
}

export function serviceFailure(service: Service, status: 500 | 503): AwsError {
  const own = ownFailures[service.signingName];
  if (status === 500 && own !== undefined) return new AwsError(own.code, own.message, { status });
  return spelled(status === 500 ? failed : unavailable, service);
}

/**
 * @param resource its ARN, or `*`
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function accessDenied(service: Service, operation: string, principal: Principal, resource: string): AwsError {
  const action = `${service.signingName}:${operation}`;
  const sentence = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  if (service.protocol === "ec2Query")
    return new AwsError("UnauthorizedOperation", `You are not authorized to perform this operation. ${sentence}`, {
      status: 403,
    });
  return service.protocol === "query"
    ? new AwsError("AccessDenied", sentence, { status: 403 })
    : new AwsError("AccessDeniedException", sentence, { status: 400 });
}

function spelled(spellings: Spellings, { protocol }: Service): AwsError {
  const family = protocol === "ec2Query" ? "ec2" : protocol === "query" ? "query" : "json";
  const { code, message, status } = spellings[family];
  return new AwsError(code, message, { status });
}
