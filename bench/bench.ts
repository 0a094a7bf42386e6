/**
 * `npm run bench`: what is measured, next to a peer in the same run. How each figure is taken stands with its measure;
 * the machine is printed first.
 *
 *   npm run bench -- --only alb start.render   some measures or rows
 *   npm run bench -- --runs 20                 more of the quick samples
 *   npm run bench -- --json FILE               write the rows
 */
import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureBalancer } from "./alb.ts";
import { measureBuild } from "./build.ts";
import { measureBundle } from "./bundle.ts";
import { measureCalls } from "./calls.ts";
import { measureDescribeServices } from "./describe-services.ts";
import { measureLag } from "./lag.ts";
import { measureLocal } from "./local.ts";
import { measureRegistry } from "./registry.ts";
import { chosen, format, type Measure, type Row, within } from "./rows.ts";
import { measureStart } from "./start.ts";
import { measureTasks } from "./tasks.ts";

const measures: Readonly<Record<string, Measure>> = {
  local: measureLocal,
  start: measureStart,
  bundle: measureBundle,
  calls: measureCalls,
  lag: measureLag,
  tasks: measureTasks,
  "ecs.describe-services": measureDescribeServices,
  registry: measureRegistry,
  alb: measureBalancer,
  build: measureBuild,
};

const { values: options, positionals } = parseArgs({
  options: {
    json: { type: "string" },
    runs: { type: "string", default: "10" },
    only: { type: "string", multiple: true, default: [] },
  },
  allowPositionals: true,
});
const runs = Number(options.runs);
if (!Number.isSafeInteger(runs) || runs < 1) throw new Error("--runs takes a whole number from 1.");
if (positionals.length > 0 && options.only.length === 0) throw new Error(`What is ${positionals[0]}? --only NAME…`);
const names = [...options.only, ...positionals];
const selected = chosen(measures, names);

const [cpu] = cpus();
console.log(
  `${cpus().length} × ${cpu?.model.trim()} · ${Math.round(totalmem() / 2 ** 30)} GiB · Node ${process.versions.node} · ${runs} runs each\n`,
);

const rows: Row[] = [];
// One after the other: two at once would measure each other.
for (const measure of selected) rows.push(...(await measure({ runs, note: (line) => console.log(`note  ${line}`) })));
const shown = names.length === 0 ? rows : rows.filter((row) => names.some((name) => within(row.name, name)));
console.log(format(shown));
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(shown, null, 2)}\n`);
