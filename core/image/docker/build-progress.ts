/** Steps that Docker takes for itself, and figures that move. */
const ownStep = /^\[(?:internal|auth)\]/;
const figures =
  /^(?:DONE|sha256:|transferring |exporting |pushing |resolve |extracting |naming to |unpacking |writing image |sending |preparing |writing |importing |\.\.\.$)/;

/**
 * Chooses what people want to read of BuildKit's plain progress: each step, what it says, and how it ended; not its
 * own steps, not figures that move. Lines of the classic builder all pass.
 *
 * @returns for each line what to show of it, `undefined` for nothing
 */
export function progressFilter(): (line: string) => string | undefined {
  const hidden = new Set<string>();
  let failed = false;
  let reported = false;
  return (line) => {
    // Behind this rule BuildKit sums the failure up, which becomes the error's message. Any step may print such a line.
    reported ||= failed && line === "------";
    if (reported) return undefined;
    const [, step, rest = ""] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (step === undefined) return classicLine(line);
    if (ownStep.test(rest)) hidden.add(step);
    failed ||= rest.startsWith("ERROR");
    if (rest.startsWith("ERROR")) return rest;
    if (hidden.has(step) || step === "0" || figures.test(rest)) return undefined;
    return rest.replace(/^(\d+\.\d+) /, "");
  };
}

function classicLine(line: string): string | undefined {
  return /^\s*(?:---> [0-9a-f]*)?$/.test(line) ? undefined : line;
}
