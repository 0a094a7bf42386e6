import { ToolkitError } from "../platform/errors.ts";
import { type Pairs, pair } from "./pairs.ts";

/**
 * Images by the names of their containers, out of `container=image` items, each with commas between several.
 * @throws {ToolkitError} INPUT_INVALID, also where a container is given two images
 */
export function imagesByContainer(items: readonly string[] = []): Pairs {
  const each = items.flatMap((item) => item.split(",").map((part) => part.trim())).filter((part) => part !== "");
  const images = new Map<string, string>();
  for (const [name, image] of each.map((item, index) => pair("images", item, index))) {
    if (image === "") throw invalid(`container ${name} is given an empty image`, `Give the image of ${name}.`);
    requireOne(name, images.get(name), image);
    images.set(name, image);
  }
  return images;
}

/**
 * Makes sure that a container is not to have two images.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function requireOne(name: string, first: string | undefined, second: string): void {
  if (first === undefined || first === second) return;
  throw invalid(`container ${name} is given both ${first} and ${second}`, `Give one image for container ${name}.`);
}

function invalid(why: string, remedy: string): ToolkitError {
  return new ToolkitError("INPUT_INVALID", `images: ${why}`, remedy);
}
