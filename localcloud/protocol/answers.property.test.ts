import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import { AwsError } from "./aws-error.ts";
import { jsonWire } from "./json.ts";
import { queryWire } from "./query.ts";
import { type OperationShapes, operationShapes } from "./schemas.ts";
import type { HttpAnswer, Wire } from "./wire.ts";

const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("\u0000", "\ud800", "\uFFFE", "]]>", "<!--", "&amp;", "</Value>", " ", "\r\n\t", "\u2028"),
);
const XML_NAMESPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

function shapesOf(module: object, operation: string): OperationShapes {
  const shapes = operationShapes(module as Readonly<Record<string, unknown>>, operation);
  if (shapes === undefined) throw new Error(operation);
  return shapes;
}

/** What XML 1.0 may hold: https://www.w3.org/TR/xml/#charsets */
function isXml(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return [0x9, 0xa, 0xd].includes(code);
  return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff);
}
/** A reference to a character that XML may not hold is as wrong as the character. */
const references = /&#(?:x([0-9a-f]+)|(\d+));/gi;

function requireXml({ body }: HttpAnswer): void {
  const text = Buffer.from(body as string).toString("utf8");
  expect([...text].filter((character) => !isXml(character))).toEqual([]);
  for (const [, hex, decimal] of text.matchAll(references)) {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    expect(isXml(String.fromCodePoint(code)), `&#${code};`).toBe(true);
  }
  // Every element that is opened is closed, and nothing else begins with <.
  const open: string[] = [];
  for (const [tag] of text.matchAll(/<[^>]*>/g)) {
    if (/^<\?|\/>$/.test(tag)) continue;
    const name = tag.slice(tag.startsWith("</") ? 2 : 1, -1).split(" ", 1)[0];
    if (tag.startsWith("</")) expect(open.pop()).toBe(name);
    else open.push(name ?? "");
  }
  expect(open).toEqual([]);
}

describe("answers with any text in them (properties)", () => {
  it.each(["query", "ec2Query"] as const)("%s: are XML", (style) => {
    const wire: Wire = queryWire(style, XML_NAMESPACE);
    const shapes = shapesOf(elb, "DescribeTags");
    fc.assert(
      fc.property(texts, texts, (Key, Value) => {
        requireXml(wire.writeOutput({ TagDescriptions: [{ ResourceArn: Key, Tags: [{ Key, Value }] }] }, shapes, "id"));
        requireXml(wire.writeError(new AwsError(Key, Value), elb as object as Readonly<Record<string, unknown>>, "id"));
      }),
      runs(300),
    );
  });

  it("JSON: are read back as they were", () => {
    const wire = jsonWire("1.1");
    const shapes = shapesOf(ecs, "ListTagsForResource");
    fc.assert(
      fc.property(texts, texts, (key, value) => {
        const { body } = wire.writeOutput({ tags: [{ key, value }] }, shapes, "id");
        expect(JSON.parse(Buffer.from(body as string).toString())).toEqual({ tags: [{ key, value }] });
        const error = wire.writeError(new AwsError(key, value), {}, "id");
        expect(JSON.parse(Buffer.from(error.body as string).toString())).toMatchObject({ __type: key, message: value });
      }),
      runs(300),
    );
  });
});
