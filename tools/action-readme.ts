/**
 * Writes the tables of inputs and outputs in each action's README from its action.yml; `--check` only compares, and
 * fails where they differ.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** An action.yml, as far as its README shows it. */
export interface Metadata {
  readonly inputs?: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs?: Readonly<Record<string, { description: string }>>;
}

const actions = new URL("../actions/", import.meta.url);

/**
 * The README with its tables as they must be.
 * @throws {Error} where it has no place for one
 */
export function withTables(readme: string, metadata: Metadata): string {
  const inputs = Object.entries(metadata.inputs ?? {}).map(([name, { description, required, default: value }]) => {
    const standard = value === undefined || value === "" ? "" : `\`${value}\``;
    return `| \`${name}\` | ${cell(description)} | ${required === true ? "required" : standard} |`;
  });
  const outputs = Object.entries(metadata.outputs ?? {}).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  const withInputs = replaced(readme, "inputs", ["| input | what it is | default |", "| --- | --- | --- |", ...inputs]);
  return replaced(withInputs, "outputs", ["| output | what it is |", "| --- | --- |", ...outputs]);
}

function replaced(readme: string, name: string, lines: readonly string[]): string {
  const [before, rest] = readme.split(`<!-- ${name} -->\n`);
  const [, after] = rest?.split(`<!-- /${name} -->`) ?? [];
  if (before === undefined || after === undefined) throw new Error(`a README has no place for the table of ${name}`);
  return `${before}<!-- ${name} -->\n${lines.join("\n")}\n<!-- /${name} -->${after}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** The actions that there are, by their folders. */
export async function actionNames(): Promise<string[]> {
  const entries = await readdir(actions, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== "dist")
    .map(({ name }) => name)
    .sort();
}

async function main(): Promise<void> {
  for (const name of await actionNames()) {
    const path = fileURLToPath(new URL(`${name}/README.md`, actions));
    const readme = await readFile(path, "utf8");
    const metadata = parse(await readFile(new URL(`${name}/action.yml`, actions), "utf8")) as Metadata;
    const wanted = withTables(readme, metadata);
    if (readme === wanted) continue;
    if (process.argv.includes("--check")) {
      process.stderr.write(
        `actions/${name}/README.md is not what tools/action-readme.ts makes of action.yml: run it\n`,
      );
      process.exitCode = 1;
    } else {
      await writeFile(path, wanted);
    }
  }
}

if (import.meta.main) await main();
