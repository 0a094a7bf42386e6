import { expect, it } from "vitest";
import { ToolkitError } from "../errors.ts";
import { awsFailure, failureKind, optional } from "./failures.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

const failure = (name: string, message = "no", more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

it.each([
  [failure("ThrottlingException", "Rate exceeded"), "throttled", "AWS_CALL_FAILED"],
  [failure("ServerException", "x", { $metadata: { httpStatusCode: 500 } }), "transient", "AWS_CALL_FAILED"],
  [failure("Error", "read ECONNRESET", { code: "ECONNRESET" }), "transient", "AWS_CALL_FAILED"],
  [failure("AggregateError", "", { code: "ECONNREFUSED" }), "transient", "AWS_NOT_CONFIGURED"],
  [failure("TimeoutError", "no answer"), "transient", "AWS_NOT_CONFIGURED"],
  [failure("TimeoutError", "socket hang up", { code: "ECONNRESET" }), "transient", "AWS_CALL_FAILED"],
  [failure("AccessDeniedException"), "denied", "AWS_ACCESS_DENIED"],
  [failure("ExpiredTokenException"), "expired", "AWS_CREDENTIALS_EXPIRED"],
  [failure("CredentialsProviderError"), "not-configured", "AWS_NOT_CONFIGURED"],
  [failure("Error", "Region is missing"), "not-configured", "AWS_NOT_CONFIGURED"],
  [failure("Error", 'Region not accepted: region="us east"'), "not-configured", "AWS_NOT_CONFIGURED"],
  [failure("TypeError", "Invalid URL", { code: "ERR_INVALID_URL" }), "not-configured", "AWS_NOT_CONFIGURED"],
  [failure("ClientException"), "refused", "AWS_CALL_FAILED"],
  [failure("LimitExceededException"), "refused", "AWS_CALL_FAILED"],
  [failure("Error", "write EPROTO", { code: "EPROTO" }), "not-configured", "AWS_NOT_CONFIGURED"],
  [failure("Error", "self-signed", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), "not-configured", "AWS_NOT_CONFIGURED"],
  [new UnreadableAnswer(200, "text/html"), "transient", "AWS_ANSWER_UNREADABLE"],
  ["thrown", "refused", "AWS_CALL_FAILED"],
])("sorts %s as %s", (error, kind, code) => {
  expect(failureKind(error)).toBe(kind);
  expect(awsFailure("ecs:UpdateService", error).code).toBe(code);
});

it("says what Node says on one line, without what it ends in", () => {
  const error = failure("Error", "write EPROTO\nwrong version number\n", { code: "EPROTO" });
  expect(awsFailure("ecs:UpdateService", error).message).toBe("ecs:UpdateService: write EPROTO wrong version number");
});

it("keeps AWS's code, words and request id, on one line", () => {
  const error = awsFailure(
    "ecs:UpdateService",
    failure("ClientException", "Too\n many.", { $metadata: { requestId: "r-1" } }),
  );
  expect(error.message).toBe("ecs:UpdateService: ClientException: Too many. (request r-1)");
  expect(awsFailure("ecs:UpdateService", failure("AggregateError", "", { code: "ECONNREFUSED" })).message).toBe(
    "ecs:UpdateService: ECONNREFUSED",
  );
});

it.each([
  [failure("TypeError", "Invalid URL", { code: "ERR_INVALID_URL" }), "AWS_ENDPOINT_URL as a URL"],
  [failure("Error", "connect ECONNREFUSED", { code: "ECONNREFUSED" }), "nothing answers at the endpoint"],
  [failure("UnrecognizedClientException"), "AWS does not know them"],
  [failure("ThrottlingException"), "Try again later"],
  [failure("ServerException", "x", { $metadata: { httpStatusCode: 500 } }), "Try again: ecs:DescribeServices failed"],
  [failure("InvalidParameterException"), "correct the request"],
  [failure("InvalidSignatureException", "Signature expired: a is now earlier than b"), "Set the clock of this machine"],
  [failure("Error", "x", { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }), "NODE_EXTRA_CA_CERTS"],
])("says what to do about %s", (error, remedy) => {
  expect(awsFailure("ecs:DescribeServices", error).remedy).toContain(remedy);
});

it("does not wrap what is explained already", () => {
  const known = new ToolkitError("ECS_SERVICE_NOT_FOUND", "a", "b");
  expect(awsFailure("ecs:UpdateService", known)).toBe(known);
});

const by = "User: arn:aws:sts::1:assumed-role/ci/run";

it.each([
  ["no words of AWS's", "Allow ecs:UpdateService for this identity."],
  [
    `${by} is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:1:service/prod/web because no identity-based policy allows the ecs:UpdateService action`,
    "Allow ecs:UpdateService on arn:aws:ecs:eu-west-1:1:service/prod/web for arn:aws:sts::1:assumed-role/ci/run.",
  ],
  [
    `${by} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/web-task because no identity-based policy allows the iam:PassRole action`,
    "Allow iam:PassRole on arn:aws:iam::1:role/web-task for arn:aws:sts::1:assumed-role/ci/run.",
  ],
  [
    `${by} is not authorized to perform: ecs:UpdateService on resource: * with an explicit deny in a service control policy`,
    "Lift the explicit deny of ecs:UpdateService for arn:aws:sts::1:assumed-role/ci/run.",
  ],
])("says who needs what, of %j", (words, remedy) => {
  expect(awsFailure("ecs:UpdateService", failure("AccessDeniedException", words)).remedy).toBe(remedy);
});

it("notes what an optional call lacks and goes on", async () => {
  const notes: string[] = [];
  expect(
    await optional("ecs:ListTasks", Promise.reject(failure("AccessDeniedException")), (line) => notes.push(line)),
  ).toBeUndefined();
  expect(
    await optional("ecs:ListTasks", Promise.reject(failure("ServerException", "down")), (line) => notes.push(line)),
  ).toBeUndefined();
  await optional("ecs:ListTasks", Promise.reject(failure("AbortError")), (line) => notes.push(line));
  expect(await optional("ecs:ListTasks", Promise.resolve(1), (line) => notes.push(line))).toBe(1);
  expect(notes).toEqual([
    "ecs:ListTasks is not allowed",
    "ecs:ListTasks failed: ServerException: down",
    "ecs:ListTasks was broken off",
  ]);
});
