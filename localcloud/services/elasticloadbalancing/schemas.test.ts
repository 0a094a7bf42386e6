import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as schemas from "./schemas.ts";
import { setUp } from "./testing.ts";

it("holds the schema of every operation and of every error that is thrown", () => {
  const here = new URL(".", import.meta.url);
  const sources = readdirSync(here).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  const thrown = sources.flatMap((file) => [
    ...readFileSync(new URL(file, here), "utf8").matchAll(/AwsError\(\s*"(\w+Exception)"/g),
  ]);
  const codes = thrown.map(([, code]) => `${code}$`);
  const operations = Object.keys(setUp().elb).map((operation) => `${operation}$`);
  expect(codes.length).toBeGreaterThan(10);
  expect(Object.keys(schemas).sort()).toEqual([...new Set([...codes, ...operations])].sort());
});
