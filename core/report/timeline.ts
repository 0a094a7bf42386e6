import type { DeployResult, Moment } from "../deployment/deploy-result.ts";
import type { TaskCounts } from "../deployment/events.ts";
import { block } from "./markdown.ts";
import { shortTaskId } from "./short-ids.ts";

interface Bar {
  readonly name: string;
  /** Milliseconds since the run began. */
  readonly from: number;
  readonly to: number;
}

const mostTasks = 5;

/**
 * When the new tasks started and ran, when the old ones drained, and the tasks that failed: a picture that GitHub draws
 * (https://mermaid.js.org/syntax/gantt.html), in a Markdown block; empty where nothing was watched.
 */
export function timelinePicture({ timeline, durationMs, diagnosis }: DeployResult): string {
  if (timeline.length === 0) return "";
  const since = diagnosis?.since.getTime() ?? 0;
  const failed = (diagnosis?.tasks ?? []).slice(-mostTasks).flatMap(({ id, createdAt, stoppedAt }) => {
    if (createdAt === undefined || stoppedAt === undefined) return [];
    return { name: shortTaskId(id), from: createdAt.getTime() - since, to: stoppedAt.getTime() - since };
  });
  const sections = [
    section(
      "new",
      bars(timeline, durationMs, ({ ours }) => ours),
    ),
    section(
      "old",
      bars(timeline, durationMs, ({ others }) => others),
    ),
    section("tasks that failed", failed, "crit, "),
  ];
  return block(["gantt", "  dateFormat HH:mm:ss", "  axisFormat %H:%M:%S", ...sections.flat()], "mermaid");
}

function section(title: string, all: readonly Bar[], tag = ""): readonly string[] {
  if (all.length === 0) return [];
  return [
    `  section ${title}`,
    ...all.map(({ name, from, to }) => `  ${name} : ${tag}${clock(from)}, ${clock(Math.max(to, from + 1000))}`),
  ];
}

/** One bar for each stretch of time in which the tasks were in one state. */
function bars(moments: readonly Moment[], end: number, countsOf: (moment: Moment) => TaskCounts): readonly Bar[] {
  const all: Bar[] = [];
  for (const [index, moment] of moments.entries()) {
    const name = stateOf(countsOf(moment));
    const to = moments[index + 1]?.atMs ?? end;
    const last = all.at(-1);
    if (name === undefined) continue;
    if (last?.name === name && last.to === moment.atMs) all[all.length - 1] = { ...last, to };
    else all.push({ name, from: moment.atMs, to });
  }
  return all;
}

function stateOf({ desired, running, pending }: TaskCounts): string | undefined {
  if (running + pending === 0) return undefined;
  if (running > desired) return "draining";
  return running < desired || pending > 0 ? "starting" : "running";
}

/** `00:01:18`: Mermaid takes it for a time of day, which shows the same in every time zone. */
function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
