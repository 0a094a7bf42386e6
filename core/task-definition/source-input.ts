import * as v from "valibot";
import { list, text, wholeNumber } from "../platform/input-fields.ts";

/** Where a task definition comes from: one of these. Names that the official action has keep their meaning. */
export const sourceEntries = {
  "task-definition": v.optional(
    text(
      "The path of the task definition file, JSON or YAML; or a registered revision, by its ARN or as family:revision.",
    ),
  ),
  "task-definition-arn": v.optional(text("The ARN of a registered revision to take in place of a file.")),
  "task-definition-family": v.optional(text("The family whose latest ACTIVE revision to take in place of a file.")),
  "task-definition-revision": v.optional(
    wholeNumber("The revision of task-definition-family to take in place of the latest.", {
      min: 1,
      max: 2_147_483_647,
    }),
  ),
  "task-definition-service": v.optional(
    text("The service whose revision to take in place of a file, as service, cluster/service or its ARN."),
  ),
  variables: v.optional(
    list(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what people write.
      "Values for ${NAME} in the file's texts, as NAME=value, or as NAME for a variable of the environment; without any, ${NAME} stays as it is.",
    ),
    [],
  ),
};
