import type { Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { awsFailure, awsWords, isAwsCode } from "../platform/aws/failures.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { JsonObject } from "../platform/json.ts";
import { describeService, requireActive, type ServiceName } from "../preflight/describe-service.ts";
import type { LoadedTaskDefinition } from "./loaded.ts";
import { taskDefinitionShape } from "./shape.ts";

/** The calls that reading a registered revision takes; a file takes none. */
export type ReadTaskDefinition = Pick<EcsApi, "describeServices" | "describeTaskDefinition">;

/** Tags that AWS sets itself, and that nobody else may set. */
const awsTag = /^aws:/i;

/**
 * One DescribeTaskDefinition, with tags, as a document that can be registered again.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
 * @param revision an ARN, `family:revision`, or a family for its latest ACTIVE revision
 * @throws {ToolkitError} TASK_DEFINITION_NOT_FOUND, or what the call itself failed with
 */
export async function loadRevision(
  ecs: Pick<ReadTaskDefinition, "describeTaskDefinition">,
  revision: string,
  signal: AbortSignal,
): Promise<LoadedTaskDefinition> {
  const { taskDefinition, tags = [] } = await describe(ecs, revision, signal);
  if (taskDefinition?.taskDefinitionArn === undefined) throw notFound(revision, "it answered without one");
  const { taskDefinitionArn } = taskDefinition;
  return {
    name: shortArn(taskDefinitionArn),
    document: await registrableDocument(taskDefinition, tags),
    revision: taskDefinitionArn,
  };
}

/**
 * The revision of a service's newest deployment; of a service that CodeDeploy or another controller moves, that of its
 * primary task set.
 * @throws {ToolkitError} ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_…, TASK_DEFINITION_NOT_FOUND
 */
export async function revisionOfService(
  ecs: Pick<ReadTaskDefinition, "describeServices">,
  name: ServiceName,
  signal: AbortSignal,
): Promise<string> {
  const service = await describeService(ecs, name, signal);
  requireActive(service);
  const primary = service.taskSets?.find(({ status }) => status === "PRIMARY");
  const revision = primary?.taskDefinition ?? service.taskDefinition;
  if (revision !== undefined) return revision;
  throw new ToolkitError(
    "TASK_DEFINITION_NOT_FOUND",
    `service ${name.service} has no task definition`,
    `Give a task definition file or a revision: service ${name.service} has none to start from.`,
  );
}

/**
 * What RegisterTaskDefinition takes, out of what DescribeTaskDefinition answers: without what only the API sets, and
 * without tags of AWS's own.
 */
export async function registrableDocument(
  taskDefinition: TaskDefinition,
  tags: readonly Tag[] = [],
): Promise<JsonObject> {
  const { readOnly } = await taskDefinitionShape();
  const settable = Object.entries(taskDefinition).filter(([key, value]) => !readOnly.has(key) && value !== undefined);
  const own = tags.filter(({ key = "" }) => !awsTag.test(key)).map(({ key = "", value = "" }) => ({ key, value }));
  return { ...(Object.fromEntries(settable) as JsonObject), ...(own.length === 0 ? {} : { tags: own }) };
}

async function describe(
  ecs: Pick<ReadTaskDefinition, "describeTaskDefinition">,
  taskDefinition: string,
  signal: AbortSignal,
) {
  try {
    return await ecs.describeTaskDefinition({ taskDefinition, include: ["TAGS"] }, { signal });
  } catch (error) {
    // The only code that ECS has for a revision that is not there, and for a reference that is none.
    if (isAwsCode(error, "ClientException")) throw notFound(taskDefinition, awsWords(error), error);
    throw awsFailure("ecs:DescribeTaskDefinition", error);
  }
}

function notFound(revision: string, why: string, cause?: unknown): ToolkitError {
  return new ToolkitError(
    "TASK_DEFINITION_NOT_FOUND",
    `${shortArn(revision)}: ecs:DescribeTaskDefinition: ${why}`,
    `Give a task definition that is registered in this account and region in place of ${revision}.`,
    { cause },
  );
}
