import { expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import { Journal } from "./journal.ts";

async function resourcesOf(input: object): Promise<readonly string[] | undefined> {
  const journal = new Journal(new ManualClock());
  const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: Buffer.of() };
  await journal.handler({ request, requestId: "one", input }, async () => undefined);
  return journal.entries()[0]?.resources;
}

it("shows the names and ARNs that a call is about, and no values", async () => {
  expect(await resourcesOf({ cluster: "c", Names: ["/a", "/b"], SecretString: "hush", Value: "hush" })).toEqual([
    "c",
    "/a",
    "/b",
  ]);
});

it("keeps the newest calls, so many that their names do not fill the memory", async () => {
  const journal = new Journal(new ManualClock());
  const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: Buffer.of() };
  for (let call = 0; call < 200; call++) {
    const Names = Array.from({ length: 100 }, (_, index) => `${call}-${index}`.padEnd(2048, "x"));
    await journal.handler({ request, requestId: `${call}`, input: { Names } }, async () => undefined);
  }
  const kept = journal.entries();
  const characters = kept.flatMap(({ resources }) => resources).reduce((sum, { length }) => sum + length, 0);
  expect(characters).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(kept.length).toBeGreaterThan(40);
  expect(kept.at(-1)?.requestId).toBe("199");
});

it("keeps nothing that is too long for a name, nor more names than a call is about", async () => {
  expect(await resourcesOf({ Name: "x".repeat(2049) })).toEqual([]);
  expect(await resourcesOf({ Names: new Array(1000).fill("a") })).toHaveLength(100);
});
