/**
 * Every code a {@link ToolkitError} can carry, with the sentence that docs/errors.md shows for it.
 * docs/errors.md is generated from here; a test fails when a code is never thrown.
 */
export const errorCodes = {
  AWS_CALL_FAILED: "AWS refused or failed a call that the work cannot go on without.",
  INPUT_INVALID: "An input is missing, empty or not of its form.",
  AWS_ACCESS_DENIED: "The identity may not make a call that the work cannot go on without.",
  AWS_CREDENTIALS_EXPIRED: "The credentials ran out while the work was going on.",
  AWS_NOT_CONFIGURED: "There is no region, there are no credentials, or the endpoint does not answer.",
  DEPLOYMENT_CANCELLED: "The run was ended from outside; the deployment was left as it was.",
  DEPLOYMENT_CONTRADICTED: "ECS reports success, but what runs is not what was deployed.",
  DEPLOYMENT_FAILED: "The new revision did not come up and nothing rolled the service back.",
  DEPLOYMENT_ROLLED_BACK: "The new revision did not come up and Amazon ECS went back to the last one that did.",
  DEPLOYMENT_SUPERSEDED: "A newer deployment of the service took over before this one was complete.",
  DEPLOYMENT_TIMED_OUT: "The deployment was not complete at the deadline; it goes on.",
  ECS_CLUSTER_NOT_FOUND: "There is no such cluster in this account and region.",
  ECS_SERVICE_INACTIVE: "The service is being deleted or is gone.",
  ECS_SERVICE_NOT_FOUND: "There is no such service in the cluster.",
  STRATEGY_UNSUPPORTED: "The service deploys by a strategy that this version cannot drive.",
  TASK_DEFINITION_CONTAINER_NOT_FOUND:
    "The task definition has no such container, or it is not plain which one is meant.",
  TASK_DEFINITION_INVALID: "The task definition file is not of the form that Amazon ECS takes.",
  TASK_DEFINITION_PLACEHOLDER_LEFT: "A container has no image yet: its placeholder is still there.",
  TASK_DEFINITION_TOO_LARGE: "The task definition is larger than Amazon ECS takes.",
  TASK_DEFINITION_UNKNOWN_KEY: "The task definition has a key that is probably a misspelling.",
  TASK_DEFINITION_UNREADABLE: "The task definition file cannot be read.",
  ECR_REPOSITORY_NOT_FOUND: "There is no such repository in this account and region.",
  IMAGE_BASE_UNUSABLE: "The base image is not there, is not for the platform, or cannot be built upon.",
  IMAGE_CONTEXT_INVALID: "The build context, the Dockerfile or a file in it cannot be read.",
  IMAGE_COPY_INVALID: "A source of COPY is not in the build context.",
  IMAGE_DOCKERFILE_INVALID: "The Dockerfile breaks the rules of its language.",
  IMAGE_INSTRUCTION_UNSUPPORTED: "The Dockerfile needs more than the native builder does.",
  IMAGE_REGISTRY_DENIED: "The registry does not let the caller in.",
  IMAGE_REGISTRY_FAILED: "The registry did not answer, or not as it should.",
  IMAGE_WORK_FOLDER_UNUSABLE: "The temporary folder for layers is full or cannot be written.",
  IMAGE_TAG_IMMUTABLE: "The tag exists with other content, and the repository does not let tags move.",
  LOCAL_NOT_STARTED: "The local cloud may not use its temporary folder or its port on this machine.",
  LOCAL_PORT_IN_USE: "The local cloud cannot listen on the port: something else does.",
  NODE_TOO_OLD: "The Node that runs the toolkit is older than what it needs.",
} as const;

export type ErrorCode = keyof typeof errorCodes;
