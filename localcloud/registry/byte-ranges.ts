/** Part of a blob, so that a pull that broke off goes on where it stopped (RFC 9110, section 14). */
import type { IncomingMessage } from "node:http";

/** Positions of the first and last byte. */
interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * @param size of the whole, in bytes.
 * @returns nothing for a request of the whole: without a range, with several or one in another unit, or with an
 * If-Range, since blobs have no validator that it could name.
 */
export function requestedRange({ headers }: IncomingMessage, size: number): ByteRange | "unsatisfiable" | undefined {
  if (headers["if-range"] !== undefined) return undefined;
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") return satisfiable({ first: Math.max(0, size - Number(last)), last: size - 1 }, size);
  if (last !== "" && Number(last) < Number(first)) return undefined;
  return satisfiable({ first: Number(first), last: last === "" ? size - 1 : Math.min(Number(last), size - 1) }, size);
}

function satisfiable(range: ByteRange, size: number): ByteRange | "unsatisfiable" {
  return range.first < size ? range : "unsatisfiable";
}
