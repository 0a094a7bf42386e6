/**
 * GitHub's wire formats: the workflow commands that a step prints and the entries of the files that it appends to.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import { oneLine } from "../core/report/plain-text.ts";

/** Where an annotation stands and what it is called. */
export interface AnnotationPlace {
  readonly title: string;
  /** Relative to the workspace; `undefined` where the annotation is about no file. */
  readonly file?: string | undefined;
}

/** `::error title=…,file=…::message`: an annotation; the message may have several lines. */
export function errorCommand(message: string, { title, file }: AnnotationPlace): string {
  const place = file === undefined ? "" : `,file=${property(file)}`;
  return `::error title=${property(title)}${place}::${data(message)}`;
}

/** Begins a group of lines that can be folded. */
export function groupCommand(title: string): string {
  return `::group::${data(title)}`;
}

export const endGroupCommand = "::endgroup::";

/** Shown only where the workflow runs with debug logging. */
export function debugCommand(message: string): string {
  return `::debug::${data(message)}`;
}

/**
 * A line of the log that is certainly no command, whatever text from elsewhere is in it: the runner takes `::` at the
 * line's beginning, and its older form `##[` anywhere in the line.
 */
export function logLine(text: string): string {
  return oneLine(text)
    .replaceAll("##[", "# #[")
    .replace(/^(\s*):(?=:)/, "$1: ");
}

/**
 * An entry of the file GITHUB_OUTPUT or GITHUB_STATE, in the form that takes any value.
 * @param delimiter a line that is not in the value: random, so that no value can end itself and begin another entry
 */
export function fileEntry(name: string, value: string, delimiter = `value_${crypto.randomUUID()}`): string {
  if (value.includes(delimiter)) throw new Error(`the value of ${name} contains its delimiter`);
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
