/** The table that the demo ends with. */
export interface Row {
  readonly step: string;
  readonly expected: string;
  readonly outcome: string;
  readonly ms: number;
  /** Requests that ended during the step. */
  readonly requests: number;
  readonly failed: number;
}

export function allAsExpected(rows: readonly Row[]): boolean {
  return rows.every(({ expected, outcome, failed }) => outcome === expected && failed === 0);
}

export function printTable(rows: readonly Row[]): void {
  const header = ["", "step", "outcome", "time", "requests", "failed"];
  const cells = rows.map((row) => [
    row.outcome === row.expected && row.failed === 0 ? "✔" : "✖",
    row.step,
    row.outcome === row.expected ? row.outcome : `${row.outcome}, not ${row.expected}`,
    `${(row.ms / 1000).toFixed(1)} s`,
    String(row.requests),
    String(row.failed),
  ]);
  const total = (column: "ms" | "requests" | "failed") => rows.reduce((sum, row) => sum + row[column], 0);
  const sum = ["", "", "", `${(total("ms") / 1000).toFixed(1)} s`, String(total("requests")), String(total("failed"))];
  const table = [header, ...cells, sum];
  const widths = header.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const isNumber = (column: number) => column >= 3;
  console.log("");
  for (const line of table) {
    const padded = line.map((cell, column) =>
      isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    console.log(padded.join("  ").trimEnd());
  }
}
