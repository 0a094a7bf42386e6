import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import { AwsError } from "./aws-error.ts";
import type { UnknownMembers } from "./decode.ts";
import { queryWire } from "./query.ts";
import { operationShapes, type SchemaModule } from "./schemas.ts";
import type { HttpRequest } from "./wire.ts";

const NAMESPACE = "http://example.com/doc/";
const query = { wire: queryWire("query", NAMESPACE), module: elb as SchemaModule };
const flat = { wire: queryWire("ec2Query", NAMESPACE), module: ec2 as SchemaModule };

function post(body: string): HttpRequest {
  return { method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: Buffer.from(body) };
}

function read({ wire, module }: typeof query, body: string, unknownMembers: UnknownMembers = "refuse"): unknown {
  const request = post(body);
  return wire.readInput(request, shapesOf(module, wire.operation(request) ?? ""), unknownMembers);
}

function shapesOf(module: SchemaModule, operation: string) {
  const shapes = operationShapes(module, operation);
  if (shapes === undefined) throw new Error(operation);
  return shapes;
}

describe("reading a form", () => {
  it("reads lists of structures, in the order of their numbers", () => {
    const numbers = [2, 10, 1].map((number) => `Subnets.member.${number}=subnet-${number}`).join("&");
    expect(
      read(
        query,
        `Action=CreateLoadBalancer&Version=1&Name=web&${numbers}&Tags.member.1.Key=a&Tags.member.1.Value=b+c`,
      ),
    ).toEqual({ Name: "web", Subnets: ["subnet-1", "subnet-2", "subnet-10"], Tags: [{ Key: "a", Value: "b c" }] });
  });

  it("reads numbers, and refuses what is none", () => {
    const body = "Action=CreateTargetGroup&Name=web&Port=";
    expect(read(query, `${body}80`)).toMatchObject({ Port: 80 });
    for (const port of ["x", "8.5", "0x50", "1e3"])
      expect(() => read(query, body + port)).toThrow(expect.objectContaining({ code: "SerializationException" }));
  });

  it("reads EC2's flat lists by EC2's names", () => {
    expect(read(flat, "Action=DescribeVpcs&VpcId.1=vpc-1&Filter.1.Name=state&Filter.1.Value.1=available")).toEqual({
      VpcIds: ["vpc-1"],
      Filters: [{ Name: "state", Values: ["available"] }],
    });
  });

  it("takes an empty field for an empty list", () => {
    expect(read(query, "Action=CreateLoadBalancer&Name=web&Subnets=")).toEqual({ Name: "web", Subnets: [] });
  });

  it.each([
    "Subnets=subnet-1",
    "Subnets.1=subnet-1",
    "Subnets.member.first=subnet-1",
    "Tags.entry.1.key=a",
    `Tags.${"member.1.".repeat(12)}Key=a`,
  ])("refuses %s, which would be dropped without a word", (field) => {
    expect(() => read(query, `Action=CreateLoadBalancer&Name=web&${field}`)).toThrow(
      expect.objectContaining({ code: "MalformedQueryString" }),
    );
  });

  it("refuses unknown fields, `__proto__` among them, or ignores them", () => {
    for (const name of ["Nmae", "__proto__", "constructor.prototype"]) {
      const body = `Action=CreateLoadBalancer&Name=web&${name}=x`;
      expect(() => read(query, body)).toThrow(/the operation has no such member/);
      expect(read(query, body, "ignore")).toEqual({ Name: "web" });
    }
  });

  it("refuses more fields than any request has before it takes them apart", () => {
    expect(() => read(query, `Action=CreateLoadBalancer${"&a".repeat(4_000_000)}`)).toThrow(/at most 10000 fields/);
  });

  it("answers anything with an input or an AwsError", () => {
    const step = fc.oneof(
      fc.constantFrom("Tags", "member", "entry", "1", "2", "Key", "Filter", "__proto__"),
      fc.string(),
    );
    const field = fc.tuple(fc.array(step, { maxLength: 6 }), fc.string());
    fc.assert(
      fc.property(fc.array(field), fc.constantFrom<UnknownMembers>("refuse", "ignore"), (fields, unknown) => {
        const form = new URLSearchParams(fields.map(([steps, text]): [string, string] => [steps.join("."), text]));
        for (const [wire, operation] of [[query, "CreateLoadBalancer"] as const, [flat, "DescribeVpcs"] as const])
          try {
            read(wire, `Action=${operation}&${form}`, unknown);
          } catch (error) {
            expect(error).toBeInstanceOf(AwsError);
          }
      }),
      runs(),
    );
  });
});

describe("writing XML", () => {
  it("wraps a query result", () => {
    const output = { Listeners: [{ ListenerArn: "arn", Port: 80 }] };
    const answer = query.wire.writeOutput(output, shapesOf(elb, "DescribeListeners"), "id");
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "text/xml", "x-amzn-requestid": "id" } });
    expect(answer.body).toContain(
      `<DescribeListenersResponse xmlns="${NAMESPACE}"><DescribeListenersResult><Listeners>`,
    );
    expect(answer.body).toContain("<member><ListenerArn>arn</ListenerArn><Port>80</Port></member>");
    expect(answer.body).toContain("<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>");
  });

  it("writes EC2's members beside the request's id", () => {
    const { body } = flat.wire.writeOutput({ Vpcs: [{ VpcId: "vpc-1" }] }, shapesOf(ec2, "DescribeVpcs"), "id");
    expect(body).toContain("<requestId>id</requestId><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>");
  });

  it("writes errors by their query codes, without what XML cannot hold", () => {
    const missing = query.wire.writeError(new AwsError("LoadBalancerNotFoundException", "<\u0000&>"), elb, "id");
    expect(missing).toMatchObject({ status: 400 });
    expect(missing.body).toContain("<Code>LoadBalancerNotFound</Code><Message>&#60; &#38;&#62;</Message>");
    const common = flat.wire.writeError(new AwsError("ValidationException", "no"), ec2, "id");
    expect(common.body).toContain("<Errors><Error><Code>ValidationError</Code><Message>no</Message></Error></Errors>");
  });
});
