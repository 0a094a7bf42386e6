import type { Log } from "./log.ts";

/** Keeps what is said, a line per call: `plan: …`. Figures that move are left out, as in a file. */
export interface RecordingLog extends Log {
  readonly lines: readonly string[];
}

export function recordingLog(): RecordingLog {
  const lines: string[] = [];
  return {
    lines,
    step: (phase, line) => void lines.push(`${phase}: ${line}`),
    warn: (line) => void lines.push(`warn: ${line}`),
    progress: () => undefined,
  };
}
