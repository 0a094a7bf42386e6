const units = ["B", "kB", "MB", "GB"];

/** Bytes for people: `512 B`, `1.4 MB`. Decimal units, as registries and consoles show them. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1_000;
  const digits = unit > 0 && value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit]}`;
}
