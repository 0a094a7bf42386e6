/**
 * `npm run bench`: what is measured, next to a peer in the same run. `-- --json FILE` writes the rows.
 * How each figure is taken stands with its measure; the machine is printed first.
 */
import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureLocal } from "./local.ts";
import { format, type Row } from "./rows.ts";

const { values: options } = parseArgs({
  options: { json: { type: "string" }, runs: { type: "string", default: "10" } },
});
const runs = Number(options.runs);
if (!Number.isSafeInteger(runs) || runs < 1) throw new Error("--runs takes a whole number from 1.");

const [cpu] = cpus();
console.log(
  `${cpus().length} × ${cpu?.model.trim()} · ${Math.round(totalmem() / 2 ** 30)} GiB · Node ${process.versions.node} · ${runs} runs each\n`,
);

const rows: Row[] = await measureLocal(runs);
console.log(format(rows));
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(rows, null, 2)}\n`);
