import type { FailureRun } from "./failure-stage.fixture.ts";

interface Shown {
  readonly tasks: readonly {
    readonly stopCode: string;
    readonly stoppedReason: string;
    readonly containers: readonly { readonly name: string; readonly exitCode?: number; readonly reason?: string }[];
  }[];
  readonly targets: readonly { readonly state: string; readonly reason: string; readonly description: string }[];
  readonly events: readonly { readonly message: string }[];
  readonly notes: readonly string[];
  readonly logs?: { readonly lines: readonly { readonly message: string }[] };
}

/** What the diagnosis of a result shows, as text; see `EvidenceSeen`. */
export function evidenceIn({ diagnosis }: FailureRun["result"]) {
  const { tasks = [], targets = [], events = [], notes = [], logs } = (diagnosis ?? {}) as Partial<Shown>;
  return {
    tasks: tasks
      .flatMap(({ stopCode, stoppedReason, containers }) => [
        `${stopCode} ${stoppedReason}`,
        ...containers.map(({ name, exitCode = "", reason = "" }) => ` ${name} ${exitCode} ${reason}`),
      ])
      .join("\n"),
    targets: targets.map(({ state, reason, description }) => `${state} ${reason} ${description}`).join("\n"),
    events: events.map(({ message }) => message).join("\n"),
    notes: notes.join("\n"),
    logs: (logs?.lines ?? []).map(({ message }) => message).join("\n"),
  };
}
