import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

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

describe("README.md", () => {
  it("lists exactly the operations that the local cloud has", async () => {
    const services = readdirSync(SERVICES).filter((service) =>
      readdirSync(`${SERVICES}/${service}`).includes("schemas.ts"),
    );
    const has = await Promise.all(services.map(async (service) => [service, (await operationsOf(service)).join(", ")]));
    const rows = readFileSync("README.md", "utf8")
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .filter(([, service = ""]) => services.includes(service))
      .map(([, service, operations]) => [service, operations]);
    expect(rows).toEqual(has);
  });
});
