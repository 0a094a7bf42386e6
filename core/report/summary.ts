import type { DeployResult } from "../deployment/deploy-result.ts";
import { shortArn } from "../platform/arn.ts";
import type { Change } from "../task-definition/diff.ts";
import { consoleLinks } from "./console-links.ts";
import { block, code, folded, inline, table } from "./markdown.ts";
import { changeLine } from "./plan-lines.ts";
import { type ReportLine, resultLines } from "./result-lines.ts";
import { shortIds } from "./short-ids.ts";
import { timelinePicture } from "./timeline.ts";

const mostChanges = 100;

/** What a summary says besides the result. */
export interface SummaryContext {
  /** The endpoint, where it is not AWS: then the console has nothing to link to. */
  readonly rehearsal?: string | undefined;
  /** What was deployed, and by which run. */
  readonly commit?: { readonly sha: string; readonly url: string | undefined; readonly runUrl: string | undefined };
}

/**
 * A deployment as a job summary, in GitHub's Markdown: verdict, before and after, what changed, when, and where it did
 * not work: why, tasks, logs, fix; of several services a table and the one that ended worst.
 */
export function deploySummary(result: DeployResult, { rehearsal, commit }: SummaryContext = {}): string {
  const [verdict, ...rest] = resultLines({ ...result, services: [] });
  const [mark = "", ...headline] = (verdict?.text ?? "").split(/ {4}/);
  const { service, cluster, strategy, region, notes } = result;
  const place = [`${service} on ${cluster}`, strategy, region].filter(Boolean).join(" · ");
  const parts = [
    `## ${inline(mark)}`,
    inline(headline.join(" ")),
    inline(rehearsal === undefined ? place : `${place} · rehearsal (${rehearsal})`),
    servicesTable(result.services ?? []),
    beforeAndAfter(result, commit),
    changes([...(result.changes ?? []), ...result.settings]),
    timelinePicture(result),
    ...sections(rest),
    notes.length === 0 ? "" : folded("Notes", notes.map((note) => `- ${inline(note)}`).join("\n")),
    rehearsal === undefined ? links(result) : "",
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function servicesTable(services: readonly DeployResult[]): string {
  if (services.length === 0) return "";
  const rows = services.map(({ service, outcome, now }) => [
    inline(service),
    inline(outcome),
    `${revision(now.taskDefinitionArn)} · ${now.running} of ${now.desired} running`,
  ]);
  return table(["service", "outcome", "serves now"], rows);
}

function beforeAndAfter(result: DeployResult, commit: SummaryContext["commit"]): string {
  const { previousTaskDefinitionArn, taskDefinitionArn, now, proof, outcome } = result;
  const rows = [
    ["revision", revision(previousTaskDefinitionArn), revision(taskDefinitionArn)],
    ...imageChanges(result.changes ?? []),
    ...(commit === undefined ? [] : [["commit", "", commitInWords(commit)]]),
    ["serves now", "", `${revision(now.taskDefinitionArn)} · ${now.running} of ${now.desired} running`],
    ...(outcome === "deployed" ? [["proof", "", inline(shortIds(`${proof.status}: ${proof.reason}`))]] : []),
  ];
  return table(["", "before", "after"], rows);
}

function commitInWords({ sha, url, runUrl }: NonNullable<SummaryContext["commit"]>): string {
  const short = code(sha.slice(0, 7));
  return [
    url === undefined ? short : `[${short}](${encodeURI(url)})`,
    runUrl === undefined ? "" : `[run](${encodeURI(runUrl)})`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function revision(arn: string | undefined): string {
  return arn === undefined ? "" : code(shortArn(arn));
}

function imageChanges(all: readonly Change[]): readonly string[][] {
  return all.flatMap(({ path, before, after }) => {
    const container = /^containerDefinitions\[([^\]]*)\]\.image$/.exec(path)?.[1];
    return container === undefined ? [] : [[`image of ${inline(container)}`, image(before), image(after)]];
  });
}

/** Without the registry's host, which is the same on both sides and leaves no room on a phone. */
function image(reference: string | undefined): string {
  if (reference === undefined) return "";
  return code(shortIds(reference.replace(/^[^/]*[.:][^/]*\//, "")));
}

function changes(all: readonly Change[]): string {
  if (all.length === 0) return "";
  const lines = all.slice(0, mostChanges).map(changeLine);
  const left = all.length > mostChanges ? [`and ${all.length - mostChanges} more`] : [];
  return folded(all.length === 1 ? "1 change" : `${all.length} changes`, block([...lines, ...left]));
}

/** The report's own parts, each under its word. */
function sections(lines: readonly ReportLine[]): readonly string[] {
  const parts: { label: string; texts: string[] }[] = [];
  for (const { label, text } of lines) {
    if (label === "") parts.at(-1)?.texts.push(text);
    else parts.push({ label, texts: [text] });
  }
  return parts.map(({ label, texts }) => {
    const title = `**${label.charAt(0).toUpperCase()}${label.slice(1)}**`;
    if (label === "logs") return `${title}\n\n${block(texts)}`;
    if (texts.length === 1) return `${title} ${inline(texts[0] ?? "")}`;
    return `${title}\n\n${texts.map((text) => `- ${inline(text)}`).join("\n")}`;
  });
}

function links(result: DeployResult): string {
  const all = consoleLinks(result).map(({ title, url }) => `[${title}](${url})`);
  return all.length === 0 ? "" : `Console: ${all.join(" · ")}`;
}
