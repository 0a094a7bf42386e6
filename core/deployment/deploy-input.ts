import * as v from "valibot";
import { lastOfArn } from "../platform/arn.ts";
import { ToolkitError } from "../platform/errors.ts";
import { type InputOf, inputSchema } from "../platform/input.ts";
import { boolean, choice, list, text, wholeNumber } from "../platform/input-fields.ts";
import type { ServiceName } from "../preflight/describe-service.ts";
import { overrideEntries } from "../task-definition/override-input.ts";
import { type SourceInput, taskDefinitionSource } from "../task-definition/source.ts";
import { sourceEntries } from "../task-definition/source-input.ts";
import { recordEntries } from "../trace/record-input.ts";
import { settingsEntries } from "./settings-input.ts";

/** What decides what a deployment changes: of `deploy` as of `diff`. */
export const planEntries = {
  ...sourceEntries,
  service: v.optional(text("The name of the ECS service to deploy to.")),
  services: v.optional(
    list("The names of several ECS services of the cluster that one and the same revision is deployed to."),
    [],
  ),
  cluster: v.optional(text("The name of the ECS cluster that the service is in."), "default"),
  ...overrideEntries,
  "keep-null-value-keys": v.optional(
    text("Keys whose empty values are to stay. Here all of them stay: taken so that a workflow need not change."),
  ),
  ...settingsEntries,
};

/** What a plan is made from. */
export type PlanInput = InputOf<typeof planEntries>;

/** The input of deployService. Names that the official action has keep their meaning. */
export const deployInput = inputSchema(
  {
    ...planEntries,
    "force-new-deployment": v.optional(boolean("Whether to deploy even if nothing has changed."), false),
    preflight: v.optional(
      choice(
        ["basic", "full"],
        "How much to check before anything is changed: the service and its task definition, or also cluster, roles, images and target groups.",
      ),
      "basic",
    ),
    "wait-for-service-stability": v.optional(boolean("Whether to wait until the service is stable."), false),
    "wait-until": v.optional(
      choice(
        ["deployed", "stable"],
        "What to wait for: the deployment's end, or a stable service with no other deployment left.",
      ),
    ),
    "wait-for-minutes": v.optional(wholeNumber("How many minutes to wait at most.", { min: 1, max: 360 }), 30),
    "wait-max-delay-seconds": v.optional(
      wholeNumber("The longest pause between two readings of the service while waiting, in seconds.", {
        min: 1,
        max: 600,
      }),
    ),
    "on-failure": v.optional(
      choice(
        ["as-service", "rollback", "leave"],
        "What to do at once when the revision provably cannot start: roll back where the service itself does so, always, or never.",
      ),
      "as-service",
    ),
    "on-cancel": v.optional(
      choice(["leave", "rollback"], "What to do with the deployment when the run is cancelled while it waits."),
      "leave",
    ),
    "max-retries": v.optional(
      wholeNumber("How often a call to AWS that failed in passing is made again; for a minute by default.", {
        min: 0,
        max: 20,
      }),
    ),
    ...recordEntries,
  },
  requirePlan,
);

export type DeployInput = ReturnType<typeof deployInput.parse>;

/** What the input asks to wait for; `undefined` where it does not ask. */
export function awaited(input: DeployInput): "deployed" | "stable" | undefined {
  return input.waitUntil ?? (input.waitForServiceStability ? "stable" : undefined);
}

/** The services to deploy to, each once. */
export function serviceNames({ service, services, cluster }: PlanInput): readonly ServiceName[] {
  const given = service === undefined ? services : [service];
  const names = [...new Map(given.map((name) => [lastOfArn(name), name])).values()];
  return names.map((name) => ({ cluster, service: name }));
}

/**
 * What one input alone cannot tell.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function requirePlan(input: Pick<PlanInput, "service" | "services"> & SourceInput): void {
  taskDefinitionSource(input);
  const { service, services } = input;
  if (service === undefined && services.length === 0) {
    throw new ToolkitError("INPUT_INVALID", "service: is missing", "Give the input service, or services for several.");
  }
  if (service !== undefined && services.length > 0) {
    throw new ToolkitError("INPUT_INVALID", "services: service is given too", "Give service or services, not both.");
  }
}
