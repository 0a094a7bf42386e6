import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { whatToTry } from "../../demo/what-to-try.ts";

const OPERATION = 9;
const SERVICES = "localcloud/services";

/** The operations of a service of the local cloud, by the schemas that it re-exports. */
async function operationsOf(service: string): Promise<string[]> {
  const module = (await import(resolve(SERVICES, service, "schemas.ts"))) as Record<string, readonly unknown[]>;
  return Object.entries(module)
    .filter(([, schema]) => schema[0] === OPERATION)
    .map(([name]) => name.replace(/\$$/, ""))
    .sort();
}

describe("the documents", () => {
  it("list exactly the operations that the local cloud has", async () => {
    const services = readdirSync(SERVICES).filter((service) =>
      readdirSync(`${SERVICES}/${service}`).includes("schemas.ts"),
    );
    const has = await Promise.all(services.map(async (service) => [service, (await operationsOf(service)).join(", ")]));
    const rows = readFileSync("docs/local-cloud.md", "utf8")
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .filter(([, service = ""]) => services.includes(service))
      .map(([, service, operations]) => [service, operations]);
    expect(rows).toEqual(has);
  });

  it.each([
    ["README.md", readFileSync("README.md", "utf8")],
    ["npm run demo -- --keep", whatToTry("http://127.0.0.1:8080", "http://127.0.0.1:4566")],
  ])("give the region to the SDKs and to the AWS CLI 1, which reads another variable: %s", (_, text) => {
    const exported = text.split("\n").filter((line) => line.includes("export AWS_ENDPOINT_URL="));
    expect(exported).toHaveLength(1);
    expect(exported[0]).toMatch(/ AWS_REGION=(\S+) AWS_DEFAULT_REGION=\1$/);
  });
});
