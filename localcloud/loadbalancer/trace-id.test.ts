import { describe, expect, it } from "vitest";
import { traceId } from "./trace-id.ts";

const now = 0x67891233 * 1000;
const id = /1-67891233-[0-9a-f]{24}/.source;

describe("traceId", () => {
  it.each([
    ["makes a Root", undefined, `^Root=${id}$`],
    ["puts Self in front of a Root", "Root=1-5e-abc", `^Self=${id};Root=1-5e-abc$`],
    ["replaces the Self of the hop before", "Self=1-5e-def;Root=1-5e-abc;Hop=1", `^Self=${id};Root=1-5e-abc;Hop=1$`],
    ["adds a Root where the client sent other fields", "CalledFrom=app", `^Root=${id};CalledFrom=app$`],
  ])("%s", (_what, header, expected) => {
    expect(traceId(header, now)).toMatch(new RegExp(expected));
  });
});
