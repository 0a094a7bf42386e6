import { describe, expect, it } from "vitest";
import { isAnswer, mayBeDone, passing, passingErrors } from "./passing.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

const failure = (name: string, more: object = {}) => Object.assign(new Error("no"), { name, ...more });
const answered = (httpStatusCode: number, more: object = {}) => ({ $metadata: { httpStatusCode, ...more } });
const rows = Object.entries(passingErrors);

describe("an error that passes", () => {
  it.each(rows.flatMap(([why, { names }]) => names.map((name) => [name, why])))(
    "%s is %s, whatever its status",
    (name, why) => {
      expect(passing(failure(name, answered(400)))).toBe(why);
    },
  );

  it.each(rows.flatMap(([why, { codes }]) => codes.map((code) => [code, why])))("%s is %s", (code, why) => {
    expect(passing(failure("Error", { code }))).toBe(why);
    // The SDK's name for some of them.
    expect(passing(failure("TimeoutError", { code }))).toBe(why);
  });

  it.each(rows.flatMap(([why, { statuses }]) => statuses.map((status) => [status, why] as const)))(
    "status %i is %s, whatever the code",
    (status, why) => expect(passing(failure("SomethingNew", answered(status)))).toBe(why),
  );

  it.each([
    "AccessDeniedException",
    "ClientException",
    "ClusterNotFoundException",
    "ConflictException",
    "ExpiredTokenException",
    "InvalidParameterException",
    "LimitExceededException",
    "ServiceNotFoundException",
    "UnrecognizedClientException",
  ])("is not %s", (name) => expect(passing(failure(name, answered(400)))).toBeUndefined());

  it("is not what nobody threw", () => expect(passing("thrown")).toBeUndefined());
});

describe("a clock that is wrong", () => {
  const refused = (more: object) =>
    Object.assign(new Error("Signature expired: a is now earlier than b (c - 5 min.)"), {
      name: "InvalidSignatureException",
      ...answered(403, more),
    });

  it("passes once the SDK has learnt the time", () => {
    expect(passing(refused({ clockSkewCorrected: true }))).toBe("skewed");
    expect(passing(refused({}))).toBeUndefined();
  });

  it("is not every refused signature, though the SDK has corrected its clock in passing", () => {
    const wrongKey = failure("InvalidSignatureException", answered(403, { clockSkewCorrected: true }));
    expect(passing(wrongKey)).toBeUndefined();
    expect(passing(failure("AccessDeniedException", answered(400, { clockSkewCorrected: true })))).toBeUndefined();
  });
});

const cutOff = (status: number) =>
  Object.assign(
    new SyntaxError("Unterminated string\n  Deserialization error: to see the raw response, inspect …"),
    answered(status),
  );

describe("whether it may be done", () => {
  it.each([
    [failure("ThrottlingException", answered(400)), false],
    [failure("ServerException", answered(500)), true],
    [failure("InternalFailure", answered(500)), true],
    [failure("SomethingNew", answered(500)), true],
    [failure("ServiceUnavailableException", answered(503)), false],
    [failure("SomethingNew", answered(503)), false],
    [failure("Unknown", answered(504)), true],
    [failure("Error", { code: "ECONNRESET" }), true],
    [failure("Error", { code: "ECONNREFUSED" }), false],
    [failure("TimeoutError", { code: "ETIMEDOUT" }), true],
    [Object.assign(new Error("the request socket did not establish a connection"), { name: "TimeoutError" }), false],
    [new UnreadableAnswer(200, "text/html"), true],
    [new UnreadableAnswer(403, "text/html"), false],
    [cutOff(200), true],
    [failure("ClientException", answered(400)), false],
  ])("%s", (error, may) => expect(mayBeDone(error)).toBe(may));
});

it("knows AWS's answers from those of others", () => {
  expect(isAnswer(failure("ClientException", answered(400)))).toBe(true);
  expect(isAnswer(failure("Error", { code: "ECONNRESET" }))).toBe(false);
  expect(isAnswer(new UnreadableAnswer(200, ""))).toBe(false);
  expect(isAnswer(cutOff(200))).toBe(false);
});
