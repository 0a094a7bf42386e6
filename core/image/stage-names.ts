import { ToolkitError } from "../platform/errors.ts";
import type { Dockerfile, DockerfileStage } from "./dockerfile/parse.ts";

/**
 * The stage of a name, of which the last one counts, or of a number from 0 where those count too.
 *
 * @param stages those that stand before
 */
export function findStage(
  stages: readonly DockerfileStage[],
  name: string,
  { byNumber = false }: { readonly byNumber?: boolean } = {},
): DockerfileStage | undefined {
  const named = stages.findLast(({ from }) => from.stage === name.toLowerCase());
  return named ?? (byNumber && /^\d{1,4}$/.test(name) ? stages[Number(name)] : undefined);
}

/** @throws {ToolkitError} IMAGE_DOCKERFILE_INVALID naming the stages that there are */
export function targetStage({ stages }: Dockerfile, target: string | undefined): DockerfileStage {
  const [first, ...others] = stages;
  if (target === undefined) return others.at(-1) ?? first;
  const found = findStage(stages, target, { byNumber: true });
  if (found !== undefined) return found;
  const names = stages.flatMap(({ from }) => from.stage ?? []);
  throw new ToolkitError(
    "IMAGE_DOCKERFILE_INVALID",
    `target: ${first.from.place.file} has no stage ${target}`,
    names.length === 0
      ? "Take the input target out: no stage has a name."
      : `Give the input target as ${names.join(", ")}.`,
  );
}

/**
 * The stages that a stage is made of, and itself: those it begins with and those it copies from.
 *
 * @param baseOf what a stage's FROM names, variables replaced
 */
export function neededStages(
  { stages }: Dockerfile,
  wanted: DockerfileStage,
  baseOf: (stage: DockerfileStage) => string,
): Set<DockerfileStage> {
  const needed = new Set([wanted]);
  // A set visits what is added to it on the way.
  for (const stage of needed) {
    const before = stages.slice(0, stages.indexOf(stage));
    const base = findStage(before, baseOf(stage));
    if (base !== undefined) needed.add(base);
    for (const instruction of stage.instructions) {
      const from = "from" in instruction ? instruction.from : undefined;
      const source = from === undefined ? undefined : findStage(before, from, { byNumber: true });
      if (source !== undefined) needed.add(source);
    }
  }
  return needed;
}
