import { type DeployResult, succeeded } from "../deployment/deploy-result.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { StoppedTask } from "../diagnosis/stopped-tasks.ts";
import { shortArn } from "../platform/arn.ts";
import { stopwatch } from "../platform/duration.ts";
import { consoleLinks } from "./console-links.ts";
import { shortIds, shortTaskId } from "./short-ids.ts";

/** A line of a report: what it is about (`why`, `tasks` …; empty for a continuation) and what it says. */
export interface ReportLine {
  readonly label: string;
  readonly text: string;
  readonly tone: "good" | "bad" | "plain";
}

const mostTasks = 5;
const mostEvents = 8;

/**
 * The result as people read it: verdict, why, tasks, logs, fix, what is left, and where to look; of several services
 * each in turn, the worst last.
 * @param linked whether AWS's console has it
 */
export function resultLines(result: DeployResult, { linked = false } = {}): readonly ReportLine[] {
  const services = result.services ?? [];
  if (services.length === 0) return linesOf(result, linked);
  const sorted = [...services].sort((a, b) => Number(succeeded(b)) - Number(succeeded(a)));
  return sorted.flatMap((each) => {
    const [verdict, ...rest] = linesOf(each, linked);
    return verdict === undefined ? [] : [{ ...verdict, text: `${verdict.text}    ${each.service}` }, ...rest];
  });
}

function linesOf(result: DeployResult, linked: boolean): readonly ReportLine[] {
  const good = succeeded(result);
  const links = linked && !good ? consoleLinks(result).map(({ title, url }) => `${title}: ${url}`) : [];
  return [
    verdictLine(result),
    ...(good ? [] : explanationLines(result)),
    ...proofLines(result),
    ...links.map((text, index) => ({ label: index === 0 ? "link" : "", text, tone: "plain" as const })),
  ];
}

function verdictLine(result: DeployResult): ReportLine {
  const good = succeeded(result);
  const mark = good ? "✔" : "✖";
  const text = `${mark} ${result.outcome}${howLong(result)}    ${headline(result)}`;
  return { label: "", text, tone: good ? "good" : "bad" };
}

function howLong({ outcome, durationMs }: DeployResult): string {
  if (outcome === "unchanged" || outcome === "started") return "";
  return ` ${outcome === "deployed" ? "in" : "after"} ${stopwatch(durationMs)}`;
}

function headline(result: DeployResult): string {
  const { outcome, now, proof, deploymentId } = result;
  const target = shortArn(result.taskDefinitionArn ?? "");
  const serving = shortArn(now.taskDefinitionArn ?? "");
  switch (outcome) {
    case "deployed":
      return [target, runningInWords(result), proof.status === "proved" ? proof.reason : ""]
        .filter(Boolean)
        .join(" · ");
    case "unchanged":
      return `${target} already serves · ${runningInWords(result)}`;
    case "started":
      return `${target} · deployment ${deploymentId ?? ""} is under way`;
    case "rolled-back":
      return `${target} ${fate(result)}; Amazon ECS went back to ${serving}`;
    case "failed":
      return `${target} ${fate(result)}`;
    case "superseded":
      return `${serving} took over before ${target} was complete`;
    case "timed-out":
      return `${target} was not complete at the deadline`;
    case "cancelled":
      return result.rollbackRequested
        ? `Amazon ECS was asked to roll back deployment ${deploymentId ?? ""} of ${target}`
        : `deployment ${deploymentId ?? ""} of ${target} goes on`;
  }
}

/** What became of the revision. Only an error of several services' is one that kept it from being deployed or watched. */
function fate({ deploymentId, diagnosis, error, now }: DeployResult): string {
  if (deploymentId === undefined) return "was not deployed";
  if (error?.code !== undefined && !error.code.startsWith("DEPLOYMENT_")) return "is not watched any more";
  if (now.status !== "ACTIVE") return "lost its service";
  return diagnosis?.cause === "stopped" ? "was stopped" : "did not come up";
}

function explanationLines(result: DeployResult): readonly ReportLine[] {
  const { diagnosis, error } = result;
  const why = diagnosis?.why ?? (result.proof.status === "contradicted" ? result.proof.reason : result.reason);
  return [
    ...labelled("why", [why]),
    ...(diagnosis === undefined ? [] : diagnosisLines(diagnosis)),
    ...labelled("fix", error === undefined ? [] : [error.remedy]),
    ...labelled("now", [nowInWords(result)]),
    ...labelled("missing", diagnosis?.notes ?? []),
  ];
}

function diagnosisLines(diagnosis: Diagnosis): readonly ReportLine[] {
  const { tasks, targets, logs, events, since } = diagnosis;
  const targetLines = targets.map(
    ({ target, targetGroup, state, description, reason }) =>
      `${target} of ${targetGroup} is ${state}: ${description || reason}`,
  );
  return [
    ...labelled("tasks", taskLines(tasks, since)),
    ...labelled("targets", targetLines),
    ...labelled("logs", logLines(diagnosis)),
    ...labelled(
      "events",
      tasks.length === 0 && logs === undefined ? events.slice(-mostEvents).map(({ message }) => message) : [],
    ),
  ];
}

function taskLines(tasks: readonly StoppedTask[], since: Date): readonly string[] {
  const shown = tasks.slice(-mostTasks);
  const lines = shown.map((task, index) => {
    const when =
      task.stoppedAt === undefined || since === undefined
        ? ""
        : ` ${stopwatch(task.stoppedAt.getTime() - since.getTime())}`;
    const words = stopInWords(task);
    const before = shown[index - 1];
    return `${shortTaskId(task.id)}  stopped${when}  ${before !== undefined && stopInWords(before) === words ? "the same" : words}`;
  });
  return tasks.length > shown.length ? [`${tasks.length - shown.length} more before these`, ...lines] : lines;
}

function stopInWords({ stoppedReason, stopCode, containers }: StoppedTask): string {
  const exits = containers.flatMap(({ name, exitCode }) => (exitCode === undefined ? [] : [`${name} ${exitCode}`]));
  return `${stoppedReason || stopCode}${exits.length === 0 ? "" : ` (exit codes: ${exits.join(", ")})`}`;
}

function logLines({ logs, tasks }: Diagnosis): readonly string[] {
  if (logs === undefined) return [];
  if (logs.lines.length === 0) return [`${shortTaskId(logs.taskId)} ${logs.container} wrote nothing`];
  const task = tasks.find(({ id }) => id === logs.taskId);
  const start = task?.startedAt ?? task?.createdAt ?? logs.lines[0]?.at ?? new Date(0);
  const lines = logs.lines.flatMap(({ at, message }) => message.split(/\r?\n/).map((line) => ({ at, line })));
  return lines.map(({ at, line }, index) => {
    const subject = index === 0 ? `${shortTaskId(logs.taskId)} ${logs.container}` : "";
    const sinceStart = Math.max(0, at.getTime() - start.getTime());
    return `${subject.padEnd(5 + 1 + logs.container.length)}  +${stopwatch(sinceStart)}  ${line}`;
  });
}

function nowInWords(result: DeployResult): string {
  const { now, taskDefinitionArn, outcome } = result;
  const others = now.others.map((other) => `; ${shortArn(other.taskDefinitionArn)}: ${other.running} running`).join("");
  if (now.status !== "ACTIVE") return `service ${result.service} is ${now.status}: ${now.running} running${others}`;
  const serving = `${shortArn(now.taskDefinitionArn ?? "")}: ${runningInWords(result)}`;
  const state = now.rolloutState === undefined || now.rolloutState === "COMPLETED" ? "" : `, ${now.rolloutState}`;
  const left =
    outcome === "rolled-back" && taskDefinitionArn !== undefined
      ? `. ${shortArn(taskDefinitionArn)} stays registered`
      : "";
  return `${serving}${state}${others}${left}`;
}

function runningInWords({ now }: DeployResult): string {
  if (now.desired === 0 && now.running === 0) return "nothing runs: the desired count is 0";
  return `${now.running} of ${now.desired} running`;
}

function proofLines({ outcome, proof }: DeployResult): readonly ReportLine[] {
  return outcome === "deployed" && proof.status === "not-checked"
    ? labelled("proof", [`not checked: ${proof.reason}`])
    : [];
}

function labelled(label: string, texts: readonly string[]): readonly ReportLine[] {
  return texts
    .filter((text) => text !== "")
    .map((text, index) => ({ label: index === 0 ? label : "", text: shortIds(text), tone: "plain" as const }));
}
