import type { ElasticLoadBalancingV2, Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Call, Operations } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { validationError } from "./errors.ts";
import type { Store } from "./store.ts";

const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;
const MAX_RESOURCES = 20;

export function tagOperations(store: Store) {
  return {
    AddTags: ({ ResourceArns = [], Tags = [] }, call) => {
      const resources = existing(store, call, ResourceArns);
      for (const arn of resources) putTags(store, arn, Tags);
      return {};
    },
    RemoveTags: ({ ResourceArns = [], TagKeys = [] }, call) => {
      for (const arn of existing(store, call, ResourceArns))
        for (const key of TagKeys) store.tags.get(arn)?.delete(key);
      return {};
    },
    DescribeTags: ({ ResourceArns = [] }, call) => {
      const resources = existing(store, call, ResourceArns);
      return { TagDescriptions: resources.map((ResourceArn) => ({ ResourceArn, Tags: tagsOf(store, ResourceArn) })) };
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

/**
 * Adds tags to a resource, in place of those with the same keys.
 * @throws {AwsError} ValidationError, DuplicateTagKeysException, TooManyTagsException
 */
export function putTags(store: Store, arn: string, tags: readonly Tag[] | undefined): void {
  if (tags === undefined || tags.length === 0) return;
  checkTags(tags);
  const merged = new Map(store.tags.get(arn));
  for (const { Key = "", Value = "" } of tags) merged.set(Key, Value);
  if (merged.size > MAX_TAGS)
    throw new AwsError("TooManyTagsException", "You've reached the limit on the number of tags per resource");
  store.tags.set(arn, merged);
}

/** @throws {AwsError} ValidationError, DuplicateTagKeysException, TooManyTagsException */
export function checkTags(tags: readonly Tag[] | undefined = []): void {
  const keys = tags.map(({ Key = "" }) => Key);
  const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
  if (duplicate !== undefined)
    throw new AwsError("DuplicateTagKeysException", `Tag key '${duplicate}' was specified more than once`);
  if (tags.length > MAX_TAGS)
    throw new AwsError("TooManyTagsException", "You've reached the limit on the number of tags per resource");
  for (const { Key = "", Value = "" } of tags) {
    if (Key === "" || Key.length > MAX_KEY)
      throw validationError(`Tag key '${Key}' must have 1 to ${MAX_KEY} characters`);
    if (Key.toLowerCase().startsWith("aws:")) throw validationError("Tag keys with the prefix 'aws:' are reserved");
    if (Value.length > MAX_VALUE)
      throw validationError(`The value of tag '${Key}' must have at most ${MAX_VALUE} characters`);
  }
}

function tagsOf(store: Store, arn: string): Tag[] {
  return [...(store.tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value }));
}

/** Looks every resource up before anything is changed. */
function existing(store: Store, call: Call, arns: readonly string[]): readonly string[] {
  if (arns.length > MAX_RESOURCES) throw validationError(`You can specify up to ${MAX_RESOURCES} resources in a call`);
  return arns.map((arn) => {
    if (arn.includes(":targetgroup/")) return store.targetGroup(call, arn).arn;
    if (arn.includes(":listener-rule/")) return store.rule(call, arn).arn;
    if (arn.includes(":listener/")) return store.listener(call, arn).arn;
    return store.loadBalancer(call, arn).arn;
  });
}
