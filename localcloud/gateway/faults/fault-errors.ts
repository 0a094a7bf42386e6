/** The errors that AWS answers when it is not the caller's input that is wrong, as each service spells them. */
import { AwsError } from "../../protocol/aws-error.ts";
import type { Principal, Service } from "../service.ts";

/** Services that speak JSON name a shape, those that speak the query protocol its older code. */
type Family = "json" | "query" | "ec2";

interface Spelling {
  readonly codes: Readonly<Record<Family, string>>;
  readonly statuses: Readonly<Record<Family, number>>;
  readonly sentence: string;
  /** Amazon EC2 has words of its own. */
  readonly ec2Sentence: string;
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const errors = {
  throttled: {
    codes: { json: "ThrottlingException", query: "Throttling", ec2: "RequestLimitExceeded" },
    statuses: { json: 400, query: 400, ec2: 503 },
    sentence: "Rate exceeded",
    ec2Sentence: "Request limit exceeded.",
  },
  expired: {
    codes: { json: "ExpiredTokenException", query: "ExpiredToken", ec2: "RequestExpired" },
    statuses: { json: 400, query: 403, ec2: 400 },
    sentence: "The security token included in the request is expired",
    ec2Sentence: "Request has expired.",
  },
  failed: {
    codes: { json: "InternalFailure", query: "InternalFailure", ec2: "InternalError" },
    statuses: { json: 500, query: 500, ec2: 500 },
    sentence: "The request processing has failed because of an unknown error, exception or failure.",
    ec2Sentence: "An internal error has occurred.",
  },
  unavailable: {
    codes: { json: "ServiceUnavailableException", query: "ServiceUnavailable", ec2: "Unavailable" },
    statuses: { json: 503, query: 503, ec2: 503 },
    sentence: "The request has failed due to a temporary failure of the server.",
    ec2Sentence: "The server is overloaded and can't handle the request.",
  },
  denied: {
    codes: { json: "AccessDeniedException", query: "AccessDenied", ec2: "UnauthorizedOperation" },
    statuses: { json: 400, query: 403, ec2: 403 },
    sentence: "",
    ec2Sentence: "You are not authorized to perform this operation. ",
  },
} as const satisfies Record<string, Spelling>;

/** Services whose API has a shape of its own for a failure of theirs, with the API reference's sentence. */
const ownFailures: Readonly<Record<string, { readonly code: string; readonly sentence: string }>> = {
  ecs: { code: "ServerException", sentence: "These errors are usually caused by a server issue." },
  ecr: { code: "ServerException", sentence: "These errors are usually caused by a server-side issue." },
  ssm: { code: "InternalServerError", sentence: "An error occurred on the server side." },
  secretsmanager: { code: "InternalServiceError", sentence: "An error occurred on the server side." },
  "application-autoscaling": {
    code: "InternalServiceException",
    sentence: "The service encountered an internal error.",
  },
};

export function throttling(service: Service): AwsError {
  return spelled("throttled", service);
}

export function expiredToken(service: Service): AwsError {
  return spelled("expired", service);
}

export function serviceFailure(service: Service, status: 500 | 503): AwsError {
  const own = ownFailures[service.signingName];
  if (status === 503) return spelled("unavailable", service);
  return own === undefined ? spelled("failed", service) : new AwsError(own.code, own.sentence, { status });
}

/** @param resource its ARN, or `*` */
export function accessDenied(service: Service, operation: string, principal: Principal, resource: string): AwsError {
  const action = `${service.signingName}:${operation}`;
  return spelled(
    "denied",
    service,
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}

function spelled(error: keyof typeof errors, { protocol }: Service, more = ""): AwsError {
  const { codes, statuses, sentence, ec2Sentence } = errors[error];
  const family = protocol === "ec2Query" ? "ec2" : protocol === "query" ? "query" : "json";
  const message = (family === "ec2" ? ec2Sentence : sentence) + more;
  return new AwsError(codes[family], message, { status: statuses[family] });
}
