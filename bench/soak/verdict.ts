/** Whether a local cloud holds after a soak what it held before. */
import type { Soaked } from "./soak.ts";
import { left, type Sample } from "./vitals.ts";

/** Until V8's heap, the images and the logs of the service have their size. */
const WARM_UP_SHARE = 0.4;
/** By as much as it may be larger at the end than after the warm-up: 64 MiB of logs are kept, and a journal. */
const SPARE_MIB = 64;
const JOURNAL_ENTRIES = 20_000;

/** @returns a sentence for each thing that is wrong; none, where it is well. */
export function verdict({ before, samples, after, failures }: Soaked): string[] {
  const wrong = [...failures.map((failure) => `failed: ${failure}`), ...left(after, before)];
  const bounded = (what: string, value: number, most: number) => {
    if (value > most) wrong.push(`${what}: ${value.toFixed(0)}, at most ${most.toFixed(0)} expected`);
  };
  bounded("journal entries", after.journalEntries, JOURNAL_ENTRIES);
  const { early, late } = plateau(samples);
  bounded("resident MiB", late, early + SPARE_MIB);
  return wrong;
}

/** Median resident MiB of the first and the last third after the warm-up, and the slope between them. */
export function plateau(samples: readonly Sample[]): { early: number; late: number; mibPerMinute: number } {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const [first, last] = [warm.slice(0, third), warm.slice(-third)];
  const [early, late] = [median(first, "rssMib"), median(last, "rssMib")];
  const minutes = (median(last, "seconds") - median(first, "seconds")) / 60;
  return { early, late, mibPerMinute: minutes > 0 ? (late - early) / minutes : 0 };
}

function median(samples: readonly Sample[], of: keyof Sample): number {
  const sorted = samples.map((sample) => sample[of]).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
