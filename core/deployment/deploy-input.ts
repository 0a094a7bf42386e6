import * as v from "valibot";
import { inputSchema } from "../platform/input.ts";
import { boolean, choice, text, wholeNumber } from "../platform/input-fields.ts";
import { overrideEntries } from "../task-definition/override-input.ts";

/** What decides what a deployment changes: of `deploy` as of `diff`. */
export const planEntries = {
  "task-definition": text("The path of the task definition file, JSON or YAML."),
  service: text("The name of the ECS service to deploy to."),
  cluster: v.optional(text("The name of the ECS cluster that the service is in."), "default"),
  image: v.optional(
    text("The image to deploy, as repository:tag or repository@sha256:…; takes the place of <IMAGE1_NAME>."),
  ),
  "container-name": v.optional(
    text("The container to change, where the task definition has several; more than one with commas between them."),
  ),
  ...overrideEntries,
  "desired-count": v.optional(wholeNumber("The number of tasks to keep running.", { min: 0, max: 10_000 })),
};

/** The input of {@link deployService}. Names that the official action has keep their meaning. */
export const deployInput = inputSchema({
  ...planEntries,
  "force-new-deployment": v.optional(boolean("Whether to deploy even if nothing has changed."), false),
  "wait-for-service-stability": v.optional(boolean("Whether to wait until the service is stable."), false),
  "wait-until": v.optional(
    choice(
      ["deployed", "stable"],
      "What to wait for: the deployment's end, or a stable service with no other deployment left.",
    ),
  ),
  "wait-for-minutes": v.optional(wholeNumber("How many minutes to wait at most.", { min: 1, max: 360 }), 30),
});

export type DeployInput = ReturnType<typeof deployInput.parse>;

/** What the input asks to wait for; `undefined` where it does not ask. */
export function awaited(input: DeployInput): "deployed" | "stable" | undefined {
  return input.waitUntil ?? (input.waitForServiceStability ? "stable" : undefined);
}
