import type { Tag } from "@aws-sdk/client-ssm";
import { invalid } from "./errors.ts";

const MOST_TAGS = 50;

/** @throws {AwsError} `ValidationException` */
export function checkedTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > MOST_TAGS) throw invalid(`A parameter can have at most ${MOST_TAGS} tags.`);
  for (const { Key = "", Value = "" } of tags)
    if (Key.length < 1 || Key.length > 128 || Value.length > 256 || /^aws:/i.test(Key))
      throw invalid(`Invalid tag key or value: '${Key}'.`);
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw invalid("Tag keys must be unique.");
  return tags;
}
