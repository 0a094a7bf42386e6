import { oneLine, plainText } from "../core/report/plain-text.ts";
import { rehearsalEndpoint } from "../core/report/rehearsal.ts";
import type { ReportLine } from "../core/report/result-lines.ts";
import { canRedraw, styles, wantsColor } from "./style.ts";
import { type TalkStream, type TerminalLog, terminalLog } from "./terminal-log.ts";

/** What a verb needs of the process it runs in. */
export interface Console {
  /** Talk, on standard error. */
  readonly log: TerminalLog;
  /** Ends when the process is asked to end. */
  readonly signal: AbortSignal;
  /** For people: on standard output, or on standard error where that is for programs. */
  print(lines: readonly string[]): void;
  report(lines: readonly ReportLine[]): void;
  /** What went wrong, on standard error. */
  complain(line: string): void;
  /** Data for programs, one object on standard output. */
  json(value: unknown): void;
}

interface Streams {
  readonly stdout: TalkStream;
  readonly stderr: TalkStream;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Whether standard output is for programs. */
  readonly json: boolean;
}

export function processConsole({ stdout, stderr, environment, signal, json }: Streams): Console {
  const log = terminalLog(stderr, {
    color: wantsColor(stderr, environment),
    redraw: canRedraw(stderr, environment),
    serviceSuffix: rehearsal(environment),
  });
  const people = json ? stderr : stdout;
  const style = styles(wantsColor(people, environment));
  const paint = { good: style.green, bad: style.red, plain: (text: string) => text };
  const write = (line: string) => {
    log.end();
    people.write(`${line}\n`);
  };
  return {
    log,
    signal,
    print: (lines) => lines.forEach((line) => void write(oneLine(line))),
    report(lines) {
      log.end();
      stderr.write("\n");
      for (const { label, text, tone } of lines) {
        const indent = label === "" && tone !== "plain" ? "" : style.dim(label.padEnd(9));
        write(`${indent}${paint[tone](oneLine(text))}`);
        if (tone !== "plain" && lines.length > 1) write("");
      }
    },
    complain(line) {
      log.end();
      stderr.write(`${plainText(line)}\n`);
    },
    json(value) {
      log.end();
      stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}

/** Says that this is not AWS, where the environment names another endpoint. */
function rehearsal(environment: NodeJS.ProcessEnv): string {
  const endpoint = rehearsalEndpoint(environment);
  return endpoint === undefined ? "" : ` · rehearsal (${endpoint})`;
}
