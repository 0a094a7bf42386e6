/** Tags of clusters, services, tasks and task definitions. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html */
import type { ECS, Tag } from "@aws-sdk/client-ecs";
import type { Operations } from "../../gateway/service.ts";
import { clientError, clusterNotFound, invalidParameter, serviceNotFound, taskNotFound } from "./errors.ts";
import type { EcsState } from "./state.ts";

const MOST_TAGS = 50;

type TagOperations = Pick<Operations<ECS>, "ListTagsForResource" | "TagResource" | "UntagResource">;

/** Where a resource keeps its tags. */
interface Tagged {
  readonly get: () => readonly Tag[];
  readonly set: (tags: readonly Tag[]) => void;
}

export function tagOperations(state: EcsState): TagOperations {
  return {
    TagResource({ resourceArn, tags = [] }) {
      const resource = find(state, resourceArn);
      resource.set(checkedTags([...without(resource.get(), keysOf(tags)), ...tags]));
      return {};
    },
    UntagResource({ resourceArn, tagKeys = [] }) {
      const resource = find(state, resourceArn);
      resource.set(without(resource.get(), tagKeys));
      return {};
    },
    ListTagsForResource: ({ resourceArn }) => ({ tags: [...find(state, resourceArn).get()] }),
  };
}

/**
 * Tags as ECS takes them.
 * @throws {AwsError} `InvalidParameterException`
 */
export function checkedTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > MOST_TAGS) throw invalidParameter(`A resource can have at most ${MOST_TAGS} tags.`);
  for (const { key = "", value = "" } of tags) {
    if (key.length < 1 || key.length > 128) throw invalidParameter("Tag keys must have 1 to 128 characters.");
    if (key.toLowerCase().startsWith("aws:")) throw invalidParameter("Tag keys must not begin with 'aws:'.");
    if (value.length > 256) throw invalidParameter("Tag values must have at most 256 characters.");
  }
  if (new Set(keysOf(tags)).size < tags.length) throw invalidParameter("Tag keys must be unique.");
  return tags;
}

/** @throws {AwsError} in the words for the kind of resource that the ARN names. */
function find(state: EcsState, resourceArn = ""): Tagged {
  const [, kind = "", path = ""] = /^arn:[^:]+:ecs:[^:]*:[^:]*:([a-z-]+)\/(.+)$/.exec(resourceArn) ?? [];
  const [clusterName = "", name = ""] = path.split("/");
  const cluster = state.clusters.get(clusterName);
  switch (kind) {
    case "cluster":
      return ownTags(cluster, clusterNotFound());
    case "service": {
      const service = cluster?.services.get(name);
      if (service === undefined) throw serviceNotFound();
      return {
        get: () => service.settings.tags,
        set: (tags) => {
          service.settings = { ...service.settings, tags };
        },
      };
    }
    case "task":
      return ownTags(cluster?.tasks.get(name), taskNotFound());
    case "task-definition":
      return definitionTags(state, path);
    default:
      throw invalidParameter(`The resource ${resourceArn} cannot be tagged.`);
  }
}

function ownTags(resource: { tags: readonly Tag[] } | undefined, missing: Error): Tagged {
  if (resource === undefined) throw missing;
  return {
    get: () => resource.tags,
    set: (tags) => {
      resource.tags = tags;
    },
  };
}

function definitionTags(state: EcsState, path: string): Tagged {
  const [family = "", revision] = path.split(":");
  const index = Number(revision) - 1;
  const definition = state.families.get(family)?.[index];
  if (definition === undefined) throw clientError("The specified task definition does not exist.");
  return {
    get: () => state.families.get(family)?.[index]?.tags ?? [],
    set: (tags) => {
      const revisions = state.families.get(family) ?? [];
      state.families.set(family, revisions.with(index, { ...definition, tags }));
    },
  };
}

function keysOf(tags: readonly Tag[]): string[] {
  return tags.map(({ key = "" }) => key);
}

function without(tags: readonly Tag[], keys: readonly string[]): Tag[] {
  return tags.filter(({ key = "" }) => !keys.includes(key));
}
