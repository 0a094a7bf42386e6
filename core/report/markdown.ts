/**
 * GitHub's Markdown, for text from elsewhere: whatever is in it, it stays text.
 * https://github.github.com/gfm/
 */
import { oneLine, plainText } from "./plain-text.ts";

const longestText = 500;

/** On one line, of a length that a table can hold. */
export function inline(text: string): string {
  const line = oneLine(text);
  const shown = line.length > longestText ? `${line.slice(0, longestText - 1)}…` : line;
  return shown
    .replace(/[\\`*_[\]!|~$@]/g, "\\$&")
    .replace(/^(\d*)([-+#.)=]+)(?=\s|$)/, "$1\\$2")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/:(?=\/\/)/g, "&#58;");
}

/** For names and values. */
export function code(text: string): string {
  return `<code>${inline(text)}</code>`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Several lines as they are, such as a log. */
export function block(lines: readonly string[], language = "text"): string {
  const shown = lines.map((line) => plainText(line).slice(0, longestText));
  const longest = Math.max(2, ...shown.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...shown, fence].join("\n");
}

/** A part that is opened by a click. */
export function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
