/** Text from elsewhere (AWS, a container's log) without what a terminal or a CI log would take for commands. */
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
