import * as v from "valibot";
import { list, text } from "../platform/input-fields.ts";

/** What an input can set in a task definition. Names that the official action has keep their meaning. */
export const overrideEntries = {
  image: v.optional(
    text("The image to put in, as repository:tag or repository@sha256:…; takes the place of <IMAGE1_NAME>."),
  ),
  "container-name": v.optional(
    text("The container to change, where the task definition has several; more than one with commas between them."),
  ),
  images: v.optional(
    list("Images of several containers, as container=image, one on each line or with commas between them."),
    [],
  ),
  "environment-variables": v.optional(
    list("Environment variables for the container, as NAME=value; the others that it has stay."),
    [],
  ),
  "remove-environment-variables": v.optional(
    list("Names of environment variables that the container is not to have any more."),
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
  "remove-secrets": v.optional(list("Names of secrets that the container is not to have any more."), []),
  "log-configuration-log-driver": v.optional(text("The container's log driver.")),
  "log-configuration-options": v.optional(
    list("Options of the container's log driver, as name=value; the others that it has stay."),
    [],
  ),
  "docker-labels": v.optional(list("Labels of the container, as name=value; the others that it has stay."), []),
  "remove-docker-labels": v.optional(list("Names of labels that the container is not to have any more."), []),
  command: v.optional(
    text("The container's command, as a JSON list or as words with quotes as in a shell; nothing is expanded."),
  ),
  "task-role-arn": v.optional(text("The ARN of the role of the task.")),
  "execution-role-arn": v.optional(text("The ARN of the role that starts the task.")),
  cpu: v.optional(text("The CPU of the whole task, in units (512) or vCPUs (0.5 vCPU).")),
  memory: v.optional(text("The memory of the whole task, in MiB (1024) or GB (1 GB).")),
  "task-definition-tags": v.optional(
    list("Tags of the task definition, as key=value; the others that it has stay."),
    [],
  ),
};
