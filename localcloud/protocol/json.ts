/** awsJson 1.0 and 1.1: `X-Amz-Target: <service>.<Operation>`, JSON both ways. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
import { JsonCodec } from "@aws-sdk/core/protocols";
import { AwsError } from "./aws-error.ts";
import { decodeInput, type Leaves } from "./decode.ts";
import { errorTraits } from "./schemas.ts";
import type { HttpAnswer, HttpRequest, Wire } from "./wire.ts";

const EPOCH_SECONDS = 7;

const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: false });

const leaves: Leaves = {
  number: (value) => (typeof value === "number" ? value : undefined),
  boolean: (value) => (typeof value === "boolean" ? value : undefined),
  timestamp(value) {
    const date =
      typeof value === "number" ? new Date(value * 1000) : new Date(typeof value === "string" ? value : Number.NaN);
    return Number.isNaN(date.getTime()) ? undefined : date;
  },
};

export function jsonWire(version: "1.0" | "1.1"): Wire {
  const answer = (status: number, body: string | Uint8Array, requestId: string): HttpAnswer => ({
    status,
    headers: { "content-type": `application/x-amz-json-${version}`, "x-amzn-requestid": requestId },
    body,
  });
  return {
    operation: (request) => request.headers["x-amz-target"]?.split(".").at(-1),
    readInput: (request, shapes, unknownMembers) =>
      decodeInput(shapes.input, parse(request), { leaves, unknownMembers }),
    writeOutput(output, shapes, requestId) {
      if (shapes.output.isUnitSchema()) return answer(200, "", requestId);
      const serializer = codec.createSerializer();
      serializer.write(shapes.output, output);
      return answer(200, serializer.flush(), requestId);
    },
    writeError(error, module, requestId) {
      const traits = errorTraits(module, error.code);
      const status = error.status ?? traits.status ?? 400;
      const body = { __type: error.code, message: error.message, ...error.members };
      const written = answer(status, JSON.stringify(body), requestId);
      if (traits.queryCode === undefined) return written;
      // For services that once spoke the query protocol, whose clients still go by its codes.
      const fault = status >= 500 ? "Receiver" : "Sender";
      return { ...written, headers: { ...written.headers, "x-amzn-query-error": `${traits.queryCode};${fault}` } };
    },
  };
}

function parse(request: HttpRequest): unknown {
  if (request.body.length === 0) return {};
  try {
    return JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "The request's body is not JSON.");
  }
}
