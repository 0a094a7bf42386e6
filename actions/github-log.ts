import type { Log, Phase } from "../core/platform/log.ts";
import { endGroupCommand, groupCommand, logLine } from "./workflow-commands.ts";

export interface GithubLog extends Log {
  /** Ends the group that is open, so that what follows stands outside of it. */
  endGroup(): void;
}

const titles: Record<Phase, string> = {
  service: "Service",
  build: "Build",
  push: "Push",
  scan: "Scan",
  plan: "Plan",
  change: "Change",
  watch: "Watch",
  why: "Why",
  local: "Local cloud",
};

/**
 * Talks in GitHub's log: a group that can be folded for each phase, one line per change in it, no moving figures.
 * @param serviceSuffix appended to the line that names the service
 */
export function githubLog(write: (line: string) => void, serviceSuffix: string): GithubLog {
  let open: Phase | undefined;
  const endGroup = () => {
    if (open !== undefined) write(endGroupCommand);
    open = undefined;
  };
  return {
    endGroup,
    step(phase, line) {
      if (phase !== open) {
        endGroup();
        if (phase !== "service") {
          write(groupCommand(titles[phase]));
          open = phase;
        }
      }
      write(logLine(phase === "service" ? line + serviceSuffix : line));
    },
    // Not an annotation: a read that is not allowed would mark every deployment of a service for ever.
    warn: (line) => write(logLine(`note     ${line}`)),
    progress: () => undefined,
  };
}
