import type { BuildResult } from "../image/build-and-push.ts";
import { formatBytes } from "../image/bytes.ts";
import { type Finding, formatCounts } from "../image/scan/findings.ts";
import { code, inline, table } from "./markdown.ts";

/** What was built and pushed, as a job summary in GitHub's Markdown. */
export function buildSummary(result: BuildResult): string {
  const { outcome, image, tags, platforms, builder, layers, bytes, scan } = result;
  const rows = [
    ["image", code(image)],
    [tags.length > 1 ? "tags" : "tag", tags.map(code).join(", ")],
    ...(platforms.length > 1 ? platforms.map(({ platform, digest }) => [inline(platform), code(digest)]) : []),
    ["built by", inline(builder)],
    ...(layers === undefined ? [] : [["layers", `${layers.pushed} pushed, ${layers.skipped} already there`]]),
    ...(bytes === undefined ? [] : [["sent", formatBytes(bytes)]]),
    ...(scan === undefined ? [] : [["scan", scanned(scan)]]),
  ];
  const failure = scan?.failure;
  const heading = failure === undefined ? `## ✔ ${outcome}` : `## ✖ ${inline(failure.code)}`;
  const reasons =
    failure === undefined ? [] : [`**Why** ${inline(failure.message)}`, `**Fix** ${inline(failure.remedy)}`];
  const worst =
    scan === undefined || scan.worst.length === 0 ? [] : [`**Findings**, the worst first\n\n${findings(scan.worst)}`];
  return `${[heading, table(["", ""], rows), ...reasons, ...worst].join("\n\n")}\n`;
}

function scanned({ counts, images }: NonNullable<BuildResult["scan"]>): string {
  const unknown = images.flatMap(({ platform, unavailable }) =>
    unavailable === undefined ? [] : [`${platform}: ${unavailable}`],
  );
  return inline(unknown.length === images.length ? unknown.join("; ") : [formatCounts(counts), ...unknown].join("; "));
}

function findings(worst: readonly Finding[]): string {
  const rows = worst.map(({ name, severity, package: inPackage, link }) => [
    inline(severity),
    link !== undefined && /^https:\/\/[^\s()<>|]+$/.test(link) ? `[${inline(name)}](${link})` : inline(name),
    inline(inPackage ?? ""),
  ]);
  return table(["severity", "vulnerability", "package"], rows);
}
