/**
 * What the main step of an action keeps for its post step: entries of the file GITHUB_STATE, which the runner gives the
 * post step as `STATE_<name>`.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#sending-values-to-the-pre-and-post-actions
 */
import { appendFile } from "node:fs/promises";
import { requiredVariable } from "./surroundings.ts";
import { fileEntry } from "./workflow-commands.ts";

interface State {
  /** @throws {ToolkitError} INPUT_INVALID where the runner names no file for it */
  saveState(name: string, value: string): Promise<void>;
  /** What the main step saved under this name; `undefined` where it saved nothing, or an empty text. */
  readState(name: string): string | undefined;
}

export function stateOf(environment: NodeJS.ProcessEnv): State {
  return {
    saveState: async (name, value) => appendFile(requiredVariable(environment, "GITHUB_STATE"), fileEntry(name, value)),
    readState: (name) => environment[`STATE_${name}`] || undefined,
  };
}
