export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly p95: number;
  readonly peer: { readonly name: string; readonly median: number; readonly p95: number };
}

/** A file of this folder: takes its figures, its peer's in the same run, and leaves nothing behind. */
export type Measure = (options: MeasureOptions) => Promise<Row[]>;

export interface MeasureOptions {
  /** How often the quick samples are taken; the long ones say in their file how often. */
  readonly runs: number;
  /** Told what the table cannot say, such as a peer that is not installed. */
  readonly note: (line: string) => void;
}

interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** Median and 95th percentile (nearest rank), to one decimal; of a rate, `p95` is what 95 % of the samples reach. */
export function spread(values: readonly number[], better: "lower" | "higher" = "lower"): Spread {
  const rounded = (share: number) => Math.round(percentile(values, share) * 10) / 10;
  return { median: rounded(0.5), p95: better === "lower" ? rounded(0.95) : rounded(0.05) };
}

/** By nearest rank; NaN of no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/**
 * The measures that have rows of these names, each a measure's (`alb`), a row's (`alb.latency.p99`) or what either
 * begins with up to a dot (`registry.push`); all where there are no names.
 * @throws {Error} for a name that no measure has
 */
export function chosen<Of>(measures: Readonly<Record<string, Of>>, names: readonly string[]): Of[] {
  if (names.length === 0) return Object.values(measures);
  const unknown = names.find((name) => !Object.keys(measures).some((measure) => within(name, measure)));
  if (unknown !== undefined) throw new Error(`No measure ${unknown}; there are ${Object.keys(measures).join(", ")}.`);
  return Object.entries(measures)
    .filter(([measure]) => names.some((name) => within(name, measure)))
    .map(([, of]) => of);
}

/** Whether `name` is `prefix` or goes on from it after a dot. */
export function within(name: string, prefix: string): boolean {
  return name === prefix || name.startsWith(`${prefix}.`);
}

export function format(rows: readonly Row[]): string {
  const header = ["name", "unit", "median", "p95", "peer", "median", "p95", "ratio"];
  const cells = rows.map(({ name, unit, median, p95, peer }) =>
    [name, unit, median, p95, peer.name, peer.median, peer.p95, ratio(median, peer.median)].map(String),
  );
  const table = [header, ...cells];
  const widths = header.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function ratio(median: number, peer: number): string {
  return peer === 0 ? "–" : (median / peer).toFixed(2);
}
