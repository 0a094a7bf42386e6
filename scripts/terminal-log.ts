import type { WriteStream } from "node:tty";
import type { Log, Phase } from "../core/platform/log.ts";
import { oneLine } from "../core/report/plain-text.ts";
import { styles } from "./style.ts";

/** Where talk goes: standard error, or a stand-in for it. */
export type TalkStream = Pick<WriteStream, "write"> & Partial<Pick<WriteStream, "isTTY" | "columns">>;

export interface TerminalLog extends Log {
  /** Takes a redrawn line away, before something else is written. */
  end(): void;
}

export interface TalkSettings {
  readonly color: boolean;
  /** Whether a figure that moves is shown and drawn over. */
  readonly redraw: boolean;
  /** Appended to the line that names the service: ` · rehearsal (…)`. */
  readonly serviceSuffix: string;
}

const labelWidth = 9;

/**
 * Talks in lines. On a terminal a figure that moves is redrawn under the lines; anywhere else (a file, a CI log) it is
 * left out, so that each change is one line and nothing repeats. The words are the same.
 */
export function terminalLog(stream: TalkStream, settings: TalkSettings): TerminalLog {
  const style = styles(settings.color);
  let last: Phase | undefined;
  let redrawn = false;
  const end = () => {
    if (redrawn) stream.write("\r\u001b[2K");
    redrawn = false;
  };
  const line = (text: string) => {
    end();
    stream.write(`${text}\n`);
  };
  return {
    step(phase, text) {
      if (phase === "service") {
        line(style.bold(oneLine(text) + settings.serviceSuffix));
      } else {
        line(`${style.dim((phase === last ? "" : phase).padEnd(labelWidth))}${oneLine(text)}`);
      }
      last = phase;
    },
    warn(text) {
      line(`${style.yellow("note".padEnd(labelWidth))}${oneLine(text)}`);
      last = undefined;
    },
    progress(phase, text) {
      if (!settings.redraw) return;
      const width = Math.max(20, (stream.columns || 80) - 1);
      end();
      const label = (phase === last ? "" : phase).padEnd(labelWidth);
      stream.write(style.dim(`${label}${oneLine(text)}`.slice(0, width)));
      redrawn = true;
    },
    end,
  };
}
