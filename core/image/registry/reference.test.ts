import { describe, expect, it } from "vitest";
import { parseReference } from "./reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("parseReference", () => {
  it.each([
    ["node", "registry-1.docker.io", "library/node", "latest"],
    ["node:24.1-alpine", "registry-1.docker.io", "library/node", "24.1-alpine"],
    ["org/app", "registry-1.docker.io", "org/app", "latest"],
    ["docker.io/node", "registry-1.docker.io", "library/node", "latest"],
    ["index.docker.io/org/app:1", "registry-1.docker.io", "org/app", "1"],
    ["public.ecr.aws/docker/library/node:24", "public.ecr.aws", "docker/library/node", "24"],
    ["127.0.0.1:4566/web:abc", "127.0.0.1:4566", "web", "abc"],
    ["localhost/web", "localhost", "web", "latest"],
    ["[::1]:5000/web", "[::1]:5000", "web", "latest"],
    [`host:1/a/b__c@${digest}`, "host:1", "a/b__c", digest],
    [`node:24@${digest}`, "registry-1.docker.io", "library/node", digest],
  ])("%s", (text, host, repository, version) => {
    expect(parseReference(text)).toEqual({ text, host, repository, version });
  });

  it.each([
    "",
    "Upper",
    "a b",
    "host.x/",
    "web:",
    "web@sha256:1",
    "../etc",
    "host.x/../y",
    "a//b",
    "host.x:port/web",
    "w?x",
  ])("refuses %j", (text) => {
    expect(parseReference(text)).toBeUndefined();
  });
});
