/**
 * awsQuery and ec2Query: form fields in, XML out.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
import { XmlCodec } from "@aws-sdk/core/protocols";
import type { $Schema } from "@smithy/types";
import type { AwsError } from "./aws-error.ts";
import { decodeInput } from "./decode.ts";
import { type FormStyle, formFields, formInput, formLeaves } from "./form.ts";
import { errorTraits, type OperationShapes } from "./schemas.ts";
import type { HttpAnswer, HttpRequest, Wire } from "./wire.ts";

/** Errors of the protocol itself, which no service's schema holds, as the query protocols spell them. */
const COMMON_CODES: ReadonlyMap<string, string> = new Map([
  ["InvalidSignatureException", "SignatureDoesNotMatch"],
  ["IncompleteSignatureException", "IncompleteSignature"],
  ["MissingAuthenticationTokenException", "MissingAuthenticationToken"],
  ["SerializationException", "MalformedQueryString"],
  ["UnknownOperationException", "InvalidAction"],
  ["UnrecognizedClientException", "InvalidClientTokenId"],
  ["ValidationException", "ValidationError"],
]);

const ISO_8601 = 5;
const STRUCTURE = 3;
const STRING = 0;

export function queryWire(style: FormStyle, xmlNamespace: string): Wire {
  const codec = new XmlCodec({
    timestampFormat: { useTrait: true, default: ISO_8601 },
    httpBindings: false,
    xmlNamespace,
    serviceNamespace: xmlNamespace,
  });
  const envelope = style === "query" ? queryEnvelope : ec2Envelope;
  return {
    operation: (request) => fieldsOf(request).get("Action") ?? undefined,
    readInput: (request, shapes, unknownMembers) =>
      decodeInput(shapes.input, formInput(fieldsOf(request), shapes.input, style), {
        leaves: formLeaves,
        unknownMembers,
      }),
    writeOutput(output, shapes, requestId) {
      const { schema, value } = envelope(shapes, output, requestId);
      const serializer = codec.createSerializer();
      serializer.write(schema, value);
      return xml(200, String(serializer.flush()), requestId);
    },
    writeError(error, module, requestId) {
      const traits = errorTraits(module, error.code);
      const code = traits.queryCode ?? COMMON_CODES.get(error.code) ?? error.code;
      const status = error.status ?? traits.status ?? 400;
      const body =
        style === "query" ? queryError(error, code, status, requestId, xmlNamespace) : ec2Error(error, code, requestId);
      return xml(status, body, requestId);
    },
  };
}

function fieldsOf(request: HttpRequest): URLSearchParams {
  return request.method === "GET" ? request.query : formFields(request.body);
}

/** XML has no way to write these: https://www.w3.org/TR/xml/#charsets */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function xml(status: number, body: string, requestId: string): HttpAnswer {
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body.replace(NOT_XML, " ")}`,
  };
}

interface Envelope {
  readonly schema: $Schema;
  readonly value: object;
}

/** `<XResponse><XResult>…</XResult><ResponseMetadata><RequestId>…</RequestId></ResponseMetadata></XResponse>` */
function queryEnvelope(shapes: OperationShapes, output: object, requestId: string): Envelope {
  const metadata = structure("ResponseMetadata", { RequestId: STRING });
  const result = `${shapes.name}Result`;
  const members = shapes.output.isUnitSchema() ? {} : { [result]: shapes.outputRef };
  return {
    schema: structure(`${shapes.name}Response`, { ...members, ResponseMetadata: metadata }),
    value: { [result]: output, ResponseMetadata: { RequestId: requestId } },
  };
}

/** `<XResponse><requestId>…</requestId>` and the output's own members beside it. */
function ec2Envelope(shapes: OperationShapes, output: object, requestId: string): Envelope {
  const [names, members] = shapes.output.isUnitSchema() ? [[], []] : membersOf(shapes.output.getSchema());
  return {
    schema: [STRUCTURE, "", `${shapes.name}Response`, 0, ["requestId", ...names], [STRING, ...members]] as $Schema,
    value: { requestId, ...output },
  };
}

function membersOf(schema: unknown): [names: readonly string[], members: readonly $Schema[]] {
  const structure = schema as readonly unknown[];
  return [structure[4] as readonly string[], structure[5] as readonly $Schema[]];
}

function structure(name: string, members: Record<string, unknown>): $Schema {
  return [STRUCTURE, "", name, 0, Object.keys(members), Object.values(members)] as $Schema;
}

function queryError(error: AwsError, code: string, status: number, requestId: string, xmlNamespace: string): string {
  const type = status >= 500 ? "Receiver" : "Sender";
  const inner = `<Type>${type}</Type><Code>${escaped(code)}</Code><Message>${escaped(error.message)}</Message>`;
  return `<ErrorResponse xmlns="${xmlNamespace}"><Error>${inner}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function ec2Error(error: AwsError, code: string, requestId: string): string {
  const inner = `<Code>${escaped(code)}</Code><Message>${escaped(error.message)}</Message>`;
  return `<Response><Errors><Error>${inner}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
