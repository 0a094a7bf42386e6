import { Command } from "commander";
import { expect, it } from "vitest";
import { buildInput } from "../core/image/build-input.ts";
import { addInputFlags, givenInput } from "./flags.ts";

function parse(...args: string[]) {
  const command = new Command();
  addInputFlags(command, buildInput.fields);
  command.parse(args, { from: "user" });
  const given = givenInput(command, buildInput.fields);
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

it("gives what was given, under the input's names", () => {
  expect(parse("--repository", "web", "--tags", "a", "--tags", "b")).toEqual({ repository: "web", tags: ["a", "b"] });
});

it("takes a name that begins with no- for the name that it is", () => {
  expect(parse()).toEqual({});
  expect(parse("--no-cache")).toEqual({ "no-cache": true });
  expect(parse("--no-cache", "false")).toEqual({ "no-cache": "false" });
});
