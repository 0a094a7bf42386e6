import { expect, it } from "vitest";
import type { Soaked } from "./soak.ts";
import { plateau, verdict } from "./verdict.ts";
import type { Vitals } from "./vitals.ts";

const well: Vitals = { rssMib: 100, openFiles: 30, processes: 2, temporaryFiles: 2, journalEntries: 10 };

function soaked(over: Partial<Soaked> = {}, mibPerSample = 0): Soaked {
  const samples = Array.from({ length: 60 }, (_, index) => ({
    seconds: index * 10,
    rssMib: 100 + index * mibPerSample,
  }));
  return { before: well, samples, after: well, rounds: {}, requests: 0, failures: [], ...over };
}

it("finds nothing wrong with what holds what it held", () => {
  expect(verdict(soaked())).toEqual([]);
  expect(verdict(soaked({ before: { ...well, rssMib: 20 } }, 1))).toEqual([]);
});

it.each([
  ["open files", { openFiles: 39 }],
  ["processes", { processes: 3 }],
  ["temporary files", { temporaryFiles: 3 }],
  ["journal entries", { journalEntries: 20_001 }],
])("tells of %s that are left", (what, left) => {
  expect(verdict(soaked({ after: { ...well, ...left } }))).toEqual([expect.stringContaining(what)]);
});

it("tells of memory that grows and grows, and of what failed", () => {
  expect(verdict(soaked({}, 3))).toEqual([expect.stringContaining("resident MiB")]);
  expect(plateau(soaked({}, 3).samples).mibPerMinute).toBe(18);
  expect(verdict(soaked({ failures: ["it did"] }))).toEqual(["failed: it did"]);
});
