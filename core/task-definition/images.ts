import { ToolkitError } from "../platform/errors.ts";
import { imageProblem } from "./image-reference.ts";
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
    requireImageForm("images", image, name);
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

/**
 * Makes sure that an image that an input gives can be one, or is a placeholder that a later step fills in.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function requireImageForm(input: "image" | "images", image: string, container?: string): void {
  const problem = /^<[^<>]*>$/.test(image) ? undefined : imageProblem(image);
  if (problem === undefined) return;
  throw new ToolkitError(
    "INPUT_INVALID",
    `${input}: ${JSON.stringify(image)}: ${problem}`,
    `Give the image ${container === undefined ? "" : `of container ${container} `}as repository:tag or repository@sha256:…. Nothing was registered or updated.`,
  );
}

function invalid(why: string, remedy: string): ToolkitError {
  return new ToolkitError("INPUT_INVALID", `images: ${why}`, remedy);
}
