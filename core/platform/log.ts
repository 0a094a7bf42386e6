/**
 * Where the toolkit talks. Passed in, never global. One line per change of state, never one per poll.
 * Adapters decide what a line looks like: a terminal redraws, GitHub groups and annotates, `--json` is silent.
 */
export interface Log {
  /** What is happening: `plan`, `change`, `watch` … and its line. */
  step(phase: Phase, line: string): void;
  /** What is wrong but does not stop the work. */
  warn(line: string): void;
  /** A figure that moves (bytes pushed, tasks healthy): a terminal redraws it, everything else leaves it out. */
  progress(phase: Phase, line: string): void;
}

export type Phase = "service" | "build" | "push" | "scan" | "plan" | "change" | "watch" | "why" | "local";
