import { describe, expect, it } from "vitest";
import { checkHosts, readDestination } from "./destination.ts";

const read = (tags: string[], repository?: string, tag?: string) => readDestination({ repository, tag, tags });

describe("readDestination", () => {
  it.each<[Parameters<typeof read>, object]>([
    [[[], "web", "v1"], { repository: "web", tags: ["v1"], hosts: [] }],
    [[["v2, latest", "v1"], "web", "v1"], { repository: "web", tags: ["v1", "v2", "latest"], hosts: [] }],
    [
      [["1.dkr.ecr/team/web:v1", "127.0.0.1:4566/team/web:v2"]],
      { repository: "team/web", tags: ["v1", "v2"], hosts: ["1.dkr.ecr", "127.0.0.1:4566"] },
    ],
  ])("reads %j", (args, destination) => {
    expect(read(...args)).toEqual(destination);
  });

  it.each<[Parameters<typeof read>, string]>([
    [[["v1"]], "repository: is missing"],
    [[[], "web"], "tag: is missing"],
    [[["host/web:v1"], "other"], "tags: name other and web"],
    [[["host/web"], "web"], 'tags: "host/web" is no tag'],
    [[["host/../web:v1"]], 'repository: "../web" is no repository'],
    [[[], "Web", "v1"], 'repository: "Web" is no repository'],
    [[["a b"], "web"], 'tags: "a b" is no tag'],
  ])("refuses %j", (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});

it("lets only the repository's own registry be named", () => {
  const destination = read(["one.dkr.ecr/web:v1"]);
  expect(() => checkHosts(destination, "one.dkr.ecr/web")).not.toThrow();
  expect(() => checkHosts(destination, "two.dkr.ecr/web")).toThrow("one.dkr.ecr is not the registry of web");
});
