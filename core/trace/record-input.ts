import * as v from "valibot";
import { boolean, text } from "../platform/input-fields.ts";

/** What an input says of recording. */
export const recordEntries = {
  record: v.optional(
    text(
      "A new file to record every call to AWS and its answer in, masked, so that ecs-pipeline replay can tell what happened.",
    ),
  ),
  "mask-account-ids": v.optional(boolean("Whether account numbers are masked in the file of record too."), false),
};
