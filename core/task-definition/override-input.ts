import * as v from "valibot";
import { list, text } from "../platform/input-fields.ts";

/** What an input can set in a task definition besides the image. Names that the official action has keep their meaning. */
export const overrideEntries = {
  "environment-variables": v.optional(
    list("Environment variables for the container, as NAME=value; the others that it has stay."),
    [],
  ),
  "env-files": v.optional(
    list("The ARNs of environment files in Amazon S3 for the container, in place of those that it has."),
    [],
  ),
  secrets: v.optional(
    list(
      "Secrets for the container, as NAME=valueFrom with the ARN of a secret or parameter; the others that it has stay.",
    ),
    [],
  ),
  "log-configuration-log-driver": v.optional(text("The container's log driver.")),
  "log-configuration-options": v.optional(
    list("Options of the container's log driver, as name=value; the others that it has stay."),
    [],
  ),
  "docker-labels": v.optional(list("Labels of the container, as name=value; the others that it has stay."), []),
  command: v.optional(
    text("The container's command, as a JSON list or as words with quotes as in a shell; nothing is expanded."),
  ),
  "task-role-arn": v.optional(text("The ARN of the role of the task.")),
  "execution-role-arn": v.optional(text("The ARN of the role that starts the task.")),
};
