import type { ECS, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Clock } from "../../../clock.ts";
import type { Operations } from "../../../gateway/service.ts";
import { ecsArn, shortName } from "../arn.ts";
import { clientError, invalidParameter, taskDefinitionNotFound } from "../errors.ts";
import { page } from "../paging.ts";
import type { EcsState, RegisteredDefinition } from "../state.ts";
import { checkedTags } from "../tags.ts";
import { normalised, withoutEmptyRoles } from "./normalise.ts";
import { validateTaskDefinition } from "./validation.ts";

type DefinitionOperations = Pick<
  Operations<ECS>,
  | "DeleteTaskDefinitions"
  | "DeregisterTaskDefinition"
  | "DescribeTaskDefinition"
  | "ListTaskDefinitionFamilies"
  | "ListTaskDefinitions"
  | "RegisterTaskDefinition"
>;

export function taskDefinitionOperations(state: EcsState, clock: Clock): DefinitionOperations {
  return {
    RegisterTaskDefinition(asked, { principal }) {
      const input = withoutEmptyRoles(asked);
      validateTaskDefinition(input);
      checkedTags(input.tags ?? []);
      const family = input.family ?? "";
      const revisions = state.families.get(family) ?? [];
      const revision = revisions.length + 1;
      const definition: RegisteredDefinition = {
        ...normalised(input),
        family,
        revision,
        taskDefinitionArn: ecsArn(state.account, `task-definition/${family}:${revision}`),
        status: "ACTIVE",
        registeredAt: new Date(clock.now()),
        registeredBy: principal.arn,
        ...(input.tags === undefined ? {} : { tags: input.tags }),
      };
      state.families.set(family, [...revisions, definition]);
      return { taskDefinition: shape(definition), tags: input.tags ?? [] };
    },

    DescribeTaskDefinition({ taskDefinition, include = [] }) {
      const definition = findDefinition(state, taskDefinition);
      return { taskDefinition: shape(definition), tags: include.includes("TAGS") ? [...(definition.tags ?? [])] : [] };
    },

    DeregisterTaskDefinition({ taskDefinition = "" }, _call) {
      if (!/:\d+$/.test(taskDefinition)) throw clientError("Revision is missing.");
      const definition = findDefinition(state, taskDefinition);
      const inactive: RegisteredDefinition = {
        ...definition,
        status: "INACTIVE",
        deregisteredAt: new Date(clock.now()),
      };
      replaceRevision(state, inactive);
      return { taskDefinition: shape(inactive) };
    },

    DeleteTaskDefinitions({ taskDefinitions = [] }) {
      if (taskDefinitions.length === 0 || taskDefinitions.length > 10)
        throw invalidParameter("Between 1 and 10 task definitions can be deleted in one call.");
      const asked = taskDefinitions.map((reference) => ({ reference, definition: findRevision(state, reference) }));
      const deleted = asked.flatMap(({ definition }) => (definition?.status === "INACTIVE" ? definition : []));
      for (const definition of deleted) replaceRevision(state, { ...definition, status: "DELETE_IN_PROGRESS" });
      return {
        taskDefinitions: deleted.map((definition) => shape({ ...definition, status: "DELETE_IN_PROGRESS" })),
        failures: asked
          .filter(({ definition }) => definition?.status !== "INACTIVE")
          .map(({ reference, definition }) => ({ arn: reference, reason: whyNotDeleted(definition) })),
      };
    },

    ListTaskDefinitions({ familyPrefix, status = "ACTIVE", sort = "ASC", nextToken, maxResults }) {
      const arns = [...state.families]
        .filter(([family]) => familyPrefix === undefined || family === familyPrefix)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([, revisions]) => revisions)
        .filter((definition) => definition.status === status)
        .map(({ taskDefinitionArn }) => taskDefinitionArn);
      const { items, next } = page(sort === "DESC" ? arns.reverse() : arns, { nextToken, maxResults });
      return { taskDefinitionArns: items, nextToken: next };
    },

    ListTaskDefinitionFamilies({ familyPrefix = "", status = "ACTIVE", nextToken, maxResults }) {
      const families = [...state.families]
        .filter(([family]) => family.startsWith(familyPrefix))
        .filter(([, revisions]) => status === "ALL" || hasActive(revisions) === (status === "ACTIVE"))
        .map(([family]) => family)
        .sort();
      const { items, next } = page(families, { nextToken, maxResults });
      return { families: items, nextToken: next };
    },
  };
}

/**
 * By `family` (its newest ACTIVE revision), `family:revision` or ARN.
 * @throws {AwsError} `ClientException` where there is none.
 */
function findDefinition(state: EcsState, reference = ""): RegisteredDefinition {
  const family = shortName(reference);
  const found = family.includes(":")
    ? findRevision(state, reference)
    : state.families.get(family)?.findLast(({ status }) => status === "ACTIVE");
  if (found === undefined) throw taskDefinitionNotFound();
  return found;
}

/** By `family:revision` or ARN. */
function findRevision(state: EcsState, reference: string): RegisteredDefinition | undefined {
  const [family = "", revision] = shortName(reference).split(":");
  return state.families.get(family)?.[Number(revision) - 1];
}

function replaceRevision(state: EcsState, definition: RegisteredDefinition): void {
  const revisions = state.families.get(definition.family) ?? [];
  state.families.set(definition.family, revisions.with(definition.revision - 1, definition));
}

function whyNotDeleted(definition: RegisteredDefinition | undefined): string {
  if (definition === undefined)
    return "The specified task definition does not exist. Specify a valid account, family, revision and try again.";
  return definition.status === "ACTIVE"
    ? "The specified task definition is still in ACTIVE status. Please deregister the target and try again."
    : "The specified task definition is already being deleted.";
}

/** @throws {AwsError} `ClientException` for a revision that was deregistered: nothing new may use it. */
export function findActiveDefinition(state: EcsState, reference: string | undefined): RegisteredDefinition {
  const definition = findDefinition(state, reference);
  if (definition.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  return definition;
}

function hasActive(revisions: readonly RegisteredDefinition[]): boolean {
  return revisions.some(({ status }) => status === "ACTIVE");
}

function shape({ tags: _tags, ...definition }: RegisteredDefinition): TaskDefinition {
  return definition;
}
