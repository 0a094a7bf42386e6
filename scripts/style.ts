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
