import { shortArn } from "../platform/arn.ts";
import type { Change } from "../task-definition/diff.ts";

/** A plan, as far as it is told. */
export interface PlanSummary {
  readonly family: string;
  readonly currentArn: string | undefined;
  /** The registered revision that the service is to run; `undefined` where a new one is registered. */
  readonly revision: string | undefined;
  readonly changes: readonly Change[] | undefined;
  /** What changes of the service's own settings. */
  readonly settings: readonly Change[];
  readonly force: boolean;
}

/** What would change, one setting a line. */
export function planLines(plan: PlanSummary): readonly string[] {
  const current = plan.currentArn === undefined ? "nothing" : shortArn(plan.currentArn);
  const changes = [...(plan.changes ?? []), ...plan.settings].map(changeLine);
  const others = plan.force ? ["new deployment, as asked"] : [];
  const { revision } = plan;
  const target = revision === undefined ? `a new revision of ${plan.family}` : shortArn(revision);
  const heading =
    revision !== undefined && revision === plan.currentArn ? `${current} stays` : `${current} → ${target}`;
  return [heading, ...[...changes, ...others].map((line) => `  ${line}`)];
}

/** `containerDefinitions[web].environment[LOG_LEVEL]: info → debug` as `web environment  ~ LOG_LEVEL info → debug` */
export function changeLine({ path, before, after }: Change): string {
  const { subject, item } = subjectOf(path);
  const name = item === "" ? "" : `${item} `;
  if (before === undefined) return `${subject}  + ${name}${name === "" ? "" : "= "}${short(after)}`;
  if (after === undefined)
    return `${subject}  - ${name}${name === "" ? "" : "(was "}${short(before)}${name === "" ? "" : ")"}`;
  return `${subject}  ${name === "" ? "" : "~ "}${name}${short(before)} → ${short(after)}`;
}

/** Settings that people know by words. */
const settingNames: Readonly<Record<string, string>> = { desiredCount: "desired count" };

function subjectOf(path: string): { subject: string; item: string } {
  const inContainer = /^containerDefinitions\[([^\]]*)\]\.?(.*)$/.exec(path);
  const container = inContainer?.[1] === undefined ? "" : `${inContainer[1]} `;
  const rest = inContainer?.[2] ?? settingNames[path] ?? path;
  const named = /^(environment|secrets|tags)\[(.*)\]$/.exec(rest);
  return named === null
    ? { subject: `${container}${rest}`, item: "" }
    : { subject: `${container}${named[1]}`, item: named[2] ?? "" };
}

const longestValue = 80;

/** Digests to what distinguishes them, long values to their beginning, empty ones to something visible. */
function short(value: string | undefined): string {
  if (value === undefined || value === "") return '""';
  const shortened = value.replace(/sha256:([0-9a-f]{6})[0-9a-f]{58}/g, "sha256:$1…").replace(/\s+/g, " ");
  return shortened.length > longestValue ? `${shortened.slice(0, longestValue - 1)}…` : shortened;
}
