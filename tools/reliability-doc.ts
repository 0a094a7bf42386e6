/**
 * Writes the failures in docs/reliability.md: what a user sees of each, as `ecs-pipeline replay` shows its trace in
 * tests/traces/failures, and removes traces there that are no failure's; `--check` only compares, and fails where they
 * differ. `RECORD_TRACES=1 vitest run tests/failures` records the traces.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { traceOf } from "../tests/failures/record-trace.ts";
import { type Kind, recordedFailures, type Theme, themedFailures } from "../tests/failures/themes.ts";

const page = fileURLToPath(new URL("../docs/reliability.md", import.meta.url));
const traces = new URL("../tests/traces/failures/", import.meta.url);
/** CLI_DIST names another build, such as one that is not committed yet. */
const cli = resolve(process.env.CLI_DIST ?? fileURLToPath(new URL("../scripts/dist/cli.js", import.meta.url)));
const atOnce = 2;

const changes = /^(Register|Update|Stop|Create|Delete|Put)/;

/** Of those that are told as one. */
const mostNamed = 5;

/** What is seen of a kind of failure. */
interface Shown extends Kind {
  readonly outcome: string;
  readonly exitCode: number;
  /** The calls that change something, in order. */
  readonly changing: readonly string[];
  readonly why: string;
  readonly fix: string;
  readonly screen: string;
}

/**
 * docs/reliability.md, as it must be.
 * @throws {Error} where a failure has no trace
 */
async function reliabilityPage(text: string): Promise<string> {
  const themes = await themedFailures();
  const kinds = themes.flatMap((theme) => theme.kinds).filter(({ first }) => existsSync(traceOf(first.name)));
  const shown = new Map<Kind["first"], Shown>();
  for (let from = 0; from < kinds.length; from += atOnce) {
    for (const each of await Promise.all(kinds.slice(from, from + atOnce).map(show))) shown.set(each.first, each);
  }
  const [before, rest] = text.split("<!-- failures -->\n");
  const [, after] = rest?.split("<!-- /failures -->") ?? [];
  if (before === undefined || after === undefined) throw new Error("docs/reliability.md has no place for the failures");
  const blocks = themes.flatMap((theme) => theme.kinds.flatMap(({ first }) => block(shown.get(first))));
  const lines = [...themes.flatMap((theme) => table(theme, shown)), "", "## What is seen of each", ...blocks];
  return `${before}<!-- failures -->\n${lines.join("\n").trim()}\n<!-- /failures -->${after}`;
}

/** A table to find a failure in. */
function table({ title, kinds }: Theme, shown: ReadonlyMap<Kind["first"], Shown>): string[] {
  const rows = kinds.map((kind) => row(kind, shown.get(kind.first)));
  const head = [
    "| what goes wrong | outcome or error | exit code | calls that change something |",
    "| --- | --- | --- | --- |",
  ];
  return ["", `### ${title}`, "", ...head, ...rows];
}

async function show(kind: Kind): Promise<Shown> {
  const trace = traceOf(kind.first.name);
  const { exitCode, stdout, stderr } = await replay(trace);
  return {
    ...kind,
    exitCode,
    screen: stderr.trim(),
    changing: await changingCalls(trace),
    ...toldIn(JSON.parse(stdout)),
  };
}

function replay(trace: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { PATH } = process.env;
  const args = [cli, "replay", trace, "--json"];
  return new Promise((done) => {
    execFile(process.execPath, args, { env: { PATH }, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      done({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

interface Told {
  readonly outcome?: string;
  readonly reason?: string;
  readonly diagnosis?: { readonly why: string };
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
}

function toldIn({ outcome, reason = "", diagnosis, error }: Told): Pick<Shown, "outcome" | "why" | "fix"> {
  if (outcome === undefined) {
    return { outcome: error?.code ?? "", why: error?.message ?? "", fix: error?.remedy ?? "" };
  }
  return { outcome, why: diagnosis?.why ?? reason, fix: error?.remedy ?? "" };
}

interface TraceEvent {
  readonly call?: number;
  readonly operation?: string;
  readonly answer?: number;
  readonly attempts?: number;
  readonly error?: object;
}

/** How often each was made, where it was more than once, and whether it was refused or failed for good. */
async function changingCalls(trace: string): Promise<readonly string[]> {
  const lines = (await readFile(trace, "utf8")).trimEnd().split("\n");
  const events = lines.map((line) => JSON.parse(line) as TraceEvent);
  const answers = new Map(events.map((event) => [event.answer, event]));
  return events
    .filter(({ operation = "" }) => changes.test(operation))
    .map(({ call, operation }) => {
      const { attempts = 1, error } = answers.get(call) ?? { error: {} };
      return `${operation}${attempts > 1 ? ` × ${attempts}` : ""}${error === undefined ? "" : " (failed)"}`;
    });
}

function row({ first, like }: Kind, shown: Shown | undefined): string {
  const { name, seen } = first;
  const named = like.slice(0, mostNamed).map((each) => ` · ${prose(each)}`);
  const rest = like.length > mostNamed ? ` · ${like.length - mostNamed} more` : "";
  // Where the input is refused nothing is called: there is no trace, and no more to see than the input's name.
  if (shown === undefined)
    return `| ${prose(name)}${named.join("")}${rest} | \`${seen.outcome}\` | ${seen.exitCode} | none |`;
  const { outcome, exitCode, changing } = shown;
  const link = `[${prose(name)}](#${anchor(name)})`;
  return `| ${link}${named.join("")}${rest} | \`${outcome}\` | ${exitCode} | ${changing.join(", ") || "none"} |`;
}

function block(shown: Shown | undefined): string[] {
  if (shown === undefined) return [];
  const { first, screen, why, fix } = shown;
  const heading = ["", `### ${prose(first.name)}`, ""];
  const told = [...(why === "" ? [] : [`**why** ${prose(why)}`]), ...(fix === "" ? [] : [`**fix** ${prose(fix)}`])];
  const folded = [
    "<details><summary>screen</summary>",
    "",
    "```",
    screen.replaceAll("```", "'''"),
    "```",
    "",
    "</details>",
  ];
  return [...heading, ...(told.length === 0 ? [] : [told.join("<br>\n"), ""]), ...folded];
}

/** What AWS and applications write is text here, whatever Markdown would make of it. */
function prose(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|~]/g, "\\$&");
}

/** As GitHub makes one of a heading. */
function anchor(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

/** Traces that are no failure's any more, and failures that have none. */
async function strayTraces(): Promise<{ readonly left: readonly string[]; readonly missing: readonly string[] }> {
  const failures = await recordedFailures();
  const known = new Set(failures.map(({ name }) => basename(traceOf(name))));
  const there = await readdir(traces);
  // Where the input is refused before anything is read, nothing is there to be recorded.
  const needed = failures.filter(({ seen }) => seen.outcome !== "INPUT_INVALID").map(({ name }) => name);
  return {
    left: there.filter((name) => !known.has(name)),
    missing: needed.filter((name) => !there.includes(basename(traceOf(name)))),
  };
}

async function main(): Promise<void> {
  const check = process.argv.includes("--check");
  const { left, missing } = await strayTraces();
  if (missing.length > 0) throw new Error(`no trace in tests/traces/failures of: ${missing.join(" · ")}`);
  if (!check) await Promise.all(left.map((name) => rm(new URL(name, traces))));
  const text = await readFile(page, "utf8");
  const wanted = await reliabilityPage(text);
  if (!check) {
    await writeFile(page, wanted);
    return;
  }
  if (text === wanted && left.length === 0) return;
  process.stderr.write("docs/reliability.md is not what tools/reliability-doc.ts makes of tests/traces: run it\n");
  process.exitCode = 1;
}

if (import.meta.main) await main();
