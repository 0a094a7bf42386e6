export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly p95: number;
  readonly peer: { readonly name: string; readonly median: number; readonly p95: number };
}

/** Median and 95th percentile (nearest rank), to one decimal. */
export function spread(values: readonly number[]): { median: number; p95: number } {
  const sorted = [...values].sort((one, other) => one - other);
  const rank = (share: number) =>
    Math.round((sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN) * 10) / 10;
  return { median: rank(0.5), p95: rank(0.95) };
}

export function format(rows: readonly Row[]): string {
  const header = ["name", "unit", "median", "p95", "peer", "median", "p95", "ratio"];
  const cells = rows.map(({ name, unit, median, p95, peer }) =>
    [name, unit, median, p95, peer.name, peer.median, peer.p95, (median / peer.median).toFixed(2)].map(String),
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
