/** docs/fidelity.md says of each behaviour what it rests on. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync("docs/fidelity.md", "utf8");
/** A specification is documentation of somebody else than AWS; what is ours rests on nobody. */
const grounds = /\b(?:documented|captured|assumed|differs|specification|ours)\b/;

interface Row {
  readonly behaviour: string;
  readonly restsOn: string;
}

function rowsOf(text: string): Row[] {
  const cells = text
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\| (?:---|behaviour) /.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  return cells.map(([, behaviour = "", restsOn = "", end, ...more]) => {
    if (end !== "" || more.length > 0) throw new Error(`has not two cells: ${behaviour}`);
    return { behaviour, restsOn };
  });
}

describe("docs/fidelity.md", () => {
  it("has rows of two cells, in the engine's and in the local cloud's part", () => {
    const [, engine = "", ...cloud] = page.split(/^## /m);
    expect(rowsOf(engine).length).toBeGreaterThan(10);
    expect(cloud.flatMap(rowsOf).length).toBeGreaterThan(50);
  });

  it("says of each behaviour whether it is documented, captured, assumed, different, or our own choice", () => {
    expect(rowsOf(page).filter(({ restsOn }) => !grounds.test(restsOn))).toEqual([]);
  });

  it("would be found out by a row that says nothing", () => {
    expect(rowsOf("| a | somehow |\n").filter(({ restsOn }) => !grounds.test(restsOn))).toHaveLength(1);
  });

  it("says each behaviour once", () => {
    const behaviours = page
      .split(/^## /m)
      .flatMap((part) => rowsOf(part).map(({ behaviour }) => `${part.split("\n")[0]}: ${behaviour}`));
    expect(behaviours.filter((each, index) => behaviours.indexOf(each) !== index)).toEqual([]);
  });
});
