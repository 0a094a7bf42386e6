import { checkRange, validationError } from "./errors.ts";

const MAX_PAGE = 400;

export interface Page {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

/**
 * One page of the API's lists. The marker names the last item of the page before, so that items that come and go
 * between two calls do not shift the pages.
 * @throws {AwsError} ValidationError for a page size outside 1–400 and for a marker of another list.
 */
export function page<Item extends { readonly arn: string }>(
  items: readonly Item[],
  { Marker, PageSize = MAX_PAGE }: Page,
): { items: readonly Item[]; NextMarker?: string } {
  checkRange("pageSize", PageSize, { min: 1, max: MAX_PAGE });
  const start = Marker === undefined ? 0 : after(items, Buffer.from(Marker, "base64url").toString("utf8"));
  const found = items.slice(start, start + PageSize);
  const last = found.at(-1);
  if (last === undefined || start + PageSize >= items.length) return { items: found };
  return { items: found, NextMarker: Buffer.from(last.arn).toString("base64url") };
}

function after(items: readonly { readonly arn: string }[], arn: string): number {
  const index = items.findIndex((item) => item.arn === arn);
  if (index < 0) throw validationError("The specified marker is not valid");
  return index + 1;
}
