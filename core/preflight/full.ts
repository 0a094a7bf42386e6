import type { Service } from "@aws-sdk/client-ecs";
import type { Clients } from "../platform/aws/clients.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { JsonObject } from "../platform/json.ts";
import { checkCluster } from "./check-cluster.ts";
import { checkImages, ecrImages } from "./check-images.ts";
import { checkPorts } from "./check-ports.ts";
import { checkRole, rolesOf } from "./check-roles.ts";
import { checkTargetGroups, targetGroupArns } from "./check-target-groups.ts";
import type { CheckOptions, Finding } from "./finding.ts";

/** What is about to be deployed. */
export interface Subject {
  readonly cluster: string;
  readonly services: readonly Service[];
  /** As RegisterTaskDefinition takes it. */
  readonly taskDefinition: JsonObject;
}

/** The figure that bench/calls.ts keeps; what does not fit is a note, not a seventh call. */
const mostCalls = 6;

/**
 * `preflight: full`: what else can be known before anything is changed, by at most six calls that are made at once. A
 * call that is denied or fails is one note, which names the action; what is wrong for certain is one error that lists
 * all of it.
 * @throws {ToolkitError} PREFLIGHT_FAILED
 */
export async function fullPreflight(clients: Clients, subject: Subject, options: CheckOptions): Promise<void> {
  const { cluster, services, taskDefinition } = subject;
  const told = new Set<string>();
  const note = (line: string) => {
    if (!told.has(line)) options.note(`preflight: ${line}`);
    told.add(line);
  };
  const quiet = { ...options, note };
  const calls: (() => Promise<readonly Finding[]>)[] = [
    () => checkCluster(clients.ecs, cluster, quiet),
    ...(targetGroupArns(services).length === 0
      ? []
      : [() => checkTargetGroups(clients.elb, services, taskDefinition, quiet)]),
    ...rolesOf(taskDefinition).map((role) => () => checkRole(clients.iam, role, quiet)),
    ...ecrImages(taskDefinition).map((images) => () => checkImages(clients.ecr, images, taskDefinition, quiet)),
  ];
  const left = calls.length - mostCalls;
  if (left > 0) note(`the images of ${left} more ${left === 1 ? "repository" : "repositories"} were not checked`);
  const checked = await Promise.all(calls.slice(0, mostCalls).map((call) => call()));
  const findings = [...checkPorts(services, taskDefinition), ...checked.flat()];
  for (const { what } of findings.filter(({ severity }) => severity === "warning")) note(what);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  throw new ToolkitError(
    "PREFLIGHT_FAILED",
    `the deployment would fail: ${errors.map(({ what }) => what).join("; ")}`,
    [...errors.flatMap(({ remedy }) => remedy ?? []), "Nothing was registered or updated."].join(" "),
  );
}
