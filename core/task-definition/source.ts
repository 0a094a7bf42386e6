import { lastOfArn } from "../platform/arn.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { InputOf } from "../platform/input.ts";
import type { sourceEntries } from "./source-input.ts";

/** Where a task definition is. */
export type TaskDefinitionSource =
  | { readonly kind: "file"; readonly path: string }
  /** As DescribeTaskDefinition takes it: an ARN, `family:revision`, or a family for its latest ACTIVE revision. */
  | { readonly kind: "revision"; readonly revision: string }
  | { readonly kind: "service"; readonly cluster: string; readonly service: string };

export type SourceInput = InputOf<typeof sourceEntries> & {
  /** Where a service's name does not say it. */
  readonly cluster?: string;
};

const serviceArn = /^arn:[^:]+:ecs:[^:]*:\d*:service\/(?:([^/]+)\/)?[^/]+$/;

/**
 * The one source that the input names.
 * @throws {ToolkitError} INPUT_INVALID where it names none, or more than one
 */
export function taskDefinitionSource(input: SourceInput): TaskDefinitionSource {
  const sources = namedSources(input);
  const [[name, source] = [], second] = sources;
  if (second !== undefined) {
    throw invalid(
      `${second[0]}: ${name} says already where the task definition is`,
      `Give one of ${sources.map(([each]) => each).join(" and ")}.`,
    );
  }
  if (input.taskDefinitionRevision !== undefined && input.taskDefinitionFamily === undefined) {
    throw invalid("task-definition-revision: says nothing without a family", "Give task-definition-family with it.");
  }
  if (source === undefined) {
    throw invalid(
      "task-definition: is missing",
      "Give the input task-definition, or task-definition-family, task-definition-arn or task-definition-service.",
    );
  }
  if (source.kind !== "file" && input.variables.length > 0) {
    throw invalid(`variables: ${name} names no file`, "Take variables out: only a file has places for them.");
  }
  return source;
}

/** The task definition file, where the input names one. */
export function taskDefinitionFile({ taskDefinition }: SourceInput): string | undefined {
  return taskDefinition === undefined || isRevision(taskDefinition) ? undefined : taskDefinition;
}

function namedSources(input: SourceInput): readonly (readonly [string, TaskDefinitionSource])[] {
  const { taskDefinition, taskDefinitionArn, taskDefinitionFamily: family, taskDefinitionService: service } = input;
  const path = taskDefinitionFile(input);
  const revision = input.taskDefinitionRevision;
  const sources: readonly (readonly [string, TaskDefinitionSource | undefined])[] = [
    ["task-definition", path === undefined ? revisionSource(taskDefinition) : { kind: "file", path }],
    ["task-definition-arn", revisionSource(taskDefinitionArn)],
    ["task-definition-family", revisionSource(revision === undefined ? family : family && `${family}:${revision}`)],
    ["task-definition-service", service === undefined ? undefined : serviceSource(service, input.cluster)],
  ];
  return sources.flatMap(([name, source]) => (source === undefined ? [] : [[name, source] as const]));
}

function revisionSource(revision: string | undefined): TaskDefinitionSource | undefined {
  return revision === undefined ? undefined : { kind: "revision", revision };
}

/** A file of such a name can still be given, as `./web:41`. */
function isRevision(text: string): boolean {
  return /^arn:[^:]+:ecs:/.test(text) || /^[\w-]{1,255}:\d+$/.test(text);
}

/** ECS looks for a service in the cluster that it is told, whatever its ARN says. */
function serviceSource(text: string, cluster = "default"): TaskDefinitionSource {
  if (text.startsWith("arn:")) {
    const [match, ofArn] = serviceArn.exec(text) ?? [];
    if (match !== undefined) return { kind: "service", cluster: ofArn ?? cluster, service: text };
  } else {
    const [first = "", second, ...others] = text.split("/");
    if (first !== "" && second === undefined) return { kind: "service", cluster, service: first };
    if (first !== "" && second && others.length === 0) return { kind: "service", cluster: first, service: second };
  }
  throw invalid(
    `task-definition-service: "${lastOfArn(text)}" is not of the form service or cluster/service`,
    "Correct the input task-definition-service: give service, cluster/service or the service's ARN.",
  );
}

function invalid(message: string, remedy: string): ToolkitError {
  return new ToolkitError("INPUT_INVALID", message, remedy);
}
