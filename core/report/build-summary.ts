import type { BuildResult } from "../image/build-and-push.ts";
import { formatBytes } from "../image/bytes.ts";
import { code, table } from "./markdown.ts";

/** What was built and pushed, as a job summary in GitHub's Markdown. */
export function buildSummary({ outcome, image, tag, layers, bytes }: BuildResult): string {
  const rows = [
    ["image", code(image)],
    ["tag", code(tag)],
    ["layers", `${layers.pushed} pushed, ${layers.skipped} already there`],
    ["sent", formatBytes(bytes)],
  ];
  return `## ✔ ${outcome}\n\n${table(["", ""], rows)}\n`;
}
