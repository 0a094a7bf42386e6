/** `node tools/picture.ts < transcript > docs/demo.svg`: what a terminal showed, as a picture for the README. */
import { text } from "node:stream/consumers";

const [WIDTH, LINE, CHARACTER, PADDING] = [1180, 19, 7.83, 24];
const most = Math.floor((WIDTH - 2 * PADDING) / CHARACTER);

const colours: readonly [start: RegExp, colour: string][] = [
  [/^\s*✔/, "#7ee787"],
  [/^\s*✖/, "#ff7b72"],
  [/^▸/, "#79c0ff"],
  [/^\s*\$/, "#8b949e"],
];

const lines = (await text(process.stdin)).trimEnd().split("\n");
const height = lines.length * LINE + 2 * PADDING;
const body = lines.map((line, index) => {
  const shown = line.length > most ? `${line.slice(0, most - 1)}…` : line;
  const colour = colours.find(([start]) => start.test(line))?.[1] ?? "#e6edf3";
  return `<text x="${PADDING}" y="${PADDING + (index + 0.75) * LINE}" fill="${colour}">${escaped(shown)}</text>`;
});

console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
<title>What a terminal shows: a release, and a broken release that is rolled back and explained</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${body.join("\n")}
</svg>`);

/** Columns must stay columns: browsers fold spaces, but not no-break ones. */
function escaped(line: string): string {
  return line.replaceAll(" ", "\u00a0").replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
}
