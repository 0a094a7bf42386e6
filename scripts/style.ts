import { styleText } from "node:util";

/** What colour adds; nothing is said by colour alone. */
export interface Styles {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

export function styles(color: boolean): Styles {
  const style = (format: "bold" | "dim" | "green" | "red" | "yellow") => (text: string) =>
    color && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  return { bold: style("bold"), dim: style("dim"), green: style("green"), red: style("red"), yellow: style("yellow") };
}

/** Whether a line on a stream can be drawn over: a terminal that is not dumb. */
export function canRedraw(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && environment.TERM !== "dumb";
}

/** Whether a stream may be coloured: such a terminal, and nobody asked otherwise (https://no-color.org). */
export function wantsColor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  return canRedraw(stream, environment) && !environment.NO_COLOR;
}

/** Text from elsewhere (AWS, a container's log) without what a terminal would take for commands. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

/**
 * Such text on one line: a line that text from elsewhere begins could be a command to GitHub Actions (`::error::…`).
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function oneLine(text: string): string {
  return plainText(text).replace(/\s*\n\s*/g, " ");
}
