/** The one list of all failures: what `*.failures.ts` beside this file export, so that none can be forgotten. */
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Failure } from "./failure.ts";

export async function everyFailure(): Promise<readonly Failure[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".failures.ts"));
  // A file may put together what others have.
  return [...new Set((await Promise.all(files.sort().map(failuresOf))).flat())];
}

/** @param file its name: `start-image.failures.ts` */
export async function failuresOf(file: string): Promise<readonly Failure[]> {
  const url = new URL(file, pathToFileURL(`${import.meta.dirname}/`)).href;
  const module = (await import(/* @vite-ignore */ url)) as object;
  return Object.values(module).flat().filter(isFailure);
}

function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "release" in value && "seen" in value;
}
