import type { Failure } from "./failure.ts";
import { inline } from "./markdown.ts";

/** A job summary for work that could not be done, in Markdown. */
export function failureSummary({ code, message, remedy }: Failure): string {
  return [`## ✖ ${inline(code)}`, "", inline(message), "", `**Fix** ${inline(remedy)}`, ""].join("\n");
}
