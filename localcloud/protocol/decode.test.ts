import * as ecs from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import { AwsError } from "./aws-error.ts";
import type { UnknownMembers } from "./decode.ts";
import { jsonWire } from "./json.ts";
import { type OperationShapes, operationShapes } from "./schemas.ts";

const wire = jsonWire("1.1");

function read(operation: string, body: string, unknownMembers: UnknownMembers = "refuse"): unknown {
  const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: Buffer.from(body) };
  return wire.readInput(request, shapesOf(operation), unknownMembers);
}

function shapesOf(operation: string): OperationShapes {
  const shapes = operationShapes(ecs, operation);
  if (shapes === undefined) throw new Error(operation);
  return shapes;
}

describe("decoding a JSON request", () => {
  it("reads what the schema describes, and takes null for not given", () => {
    expect(
      read("CreateService", '{"serviceName":"web","desiredCount":2,"cluster":null,"tags":[{"key":"a","value":"b"}]}'),
    ).toEqual({ serviceName: "web", desiredCount: 2, tags: [{ key: "a", value: "b" }] });
  });

  it("turns seconds into dates", () => {
    expect(read("ListServiceDeployments", '{"service":"web","createdAt":{"after":1.5}}')).toEqual({
      service: "web",
      createdAt: { after: new Date(1500) },
    });
  });

  it.each([
    ["ListClusters", '{"maxResults":"1"}', "maxResults must be a number, not a string."],
    ["ListClusters", '{"maxResults":1.5}', "maxResults must be an integer, not 1.5."],
    ["CreateService", '{"serviceName":"a","desiredCount":1e400}', "desiredCount must be an integer, not Infinity."],
    ["DescribeServices", '{"services":"web"}', "services must be a list, not a string."],
    ["DescribeServices", '{"services":[1]}', "services[0] must be a string, not a number."],
    ["ListClusters", "[]", "The request must be a structure, not a list."],
    ["ListClusters", "{", "The request's body is not JSON."],
  ])("refuses a wrong type: %s %s", (operation, body, message) => {
    expect(() => read(operation, body)).toThrow(
      expect.objectContaining({ name: "AwsError", code: "SerializationException", message }),
    );
  });

  it("takes fractions where AWS does", () => {
    const input = { service: "web", deploymentConfiguration: { canaryConfiguration: { canaryPercent: 0.5 } } };
    expect(read("UpdateService", JSON.stringify(input))).toEqual(input);
  });

  it("names what is missing", () => {
    expect(() => read("DescribeServices", "{}")).toThrow(
      expect.objectContaining({ code: "ValidationException", message: expect.stringContaining("'services'") }),
    );
  });

  it("refuses an unknown member by its path, or ignores it", () => {
    const body = '{"services":["web"],"desired":1}';
    expect(() => read("DescribeServices", body)).toThrow(/^desired: the operation has no such member/);
    expect(read("DescribeServices", body, "ignore")).toEqual({ services: ["web"] });
  });

  it("does not take a prototype from a request", () => {
    expect(() => read("ListClusters", '{"__proto__":{"maxResults":1}}')).toThrow(/^__proto__: /);
    expect(read("ListClusters", '{"__proto__":{"maxResults":1}}', "ignore")).toEqual({});
    const { containerDefinitions } = read(
      "RegisterTaskDefinition",
      '{"family":"a","containerDefinitions":[{"dockerLabels":{"__proto__":"x"}}]}',
    ) as { containerDefinitions: { dockerLabels: object }[] };
    expect(Object.entries(containerDefinitions[0]?.dockerLabels ?? {})).toEqual([["__proto__", "x"]]);
  });

  it("answers anything with an input or an AwsError", () => {
    const body = fc.oneof(fc.json(), fc.string(), hostile());
    const operation = fc.constantFrom("CreateService", "RegisterTaskDefinition", "ListTasks", "ListServiceDeployments");
    fc.assert(
      fc.property(operation, body, fc.constantFrom<UnknownMembers>("refuse", "ignore"), (name, text, unknown) => {
        try {
          expect(typeof read(name, text, unknown)).toBe("object");
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
      runs(),
    );
  });
});

/** Requests with the members that the operations have, and values of any type in them. */
function hostile(): fc.Arbitrary<string> {
  const member = fc.constantFrom("service", "serviceName", "createdAt", "tags", "containerDefinitions", "__proto__");
  const value = fc.jsonValue({ maxDepth: 4 });
  return fc
    .array(fc.tuple(member, value))
    .map((pairs) => `{${pairs.map(([name, given]) => `"${name}":${JSON.stringify(given)}`).join(",")}}`);
}
