/**
 * What ECS asks of a container's secrets when it registers a task definition. Whether they exist is seen at the start.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { clientError } from "../errors.ts";

const SSM_NAME = /^[A-Za-z0-9_./-]+(:[A-Za-z0-9_.-]+)?$/;
const SSM_ARN = /^arn:[^:]+:ssm:[^:]+:\d{12}:parameter\/.+$/;
const SECRET_ARN = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:[^:]+(:[^:]*:[^:]*:[^:]*)?$/;

/** @throws {AwsError} `ClientException` */
export function validateSecrets(
  { name: container, environment = [], secrets = [] }: ContainerDefinition,
  { executionRoleArn }: RegisterTaskDefinitionRequest,
): void {
  if (secrets.length > 0 && executionRoleArn === undefined)
    throw clientError(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  const names = [...environment, ...secrets].map(({ name }) => name);
  const shared = secrets.find(({ name }) => names.indexOf(name) !== names.lastIndexOf(name));
  if (shared !== undefined)
    throw clientError(
      `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${shared.name}'.`,
    );
  for (const { name, valueFrom } of secrets) {
    if (!name) throw clientError(`A secret of container '${container}' has no name.`);
    if (!isReference(valueFrom ?? ""))
      throw clientError(`The Systems Manager parameter name specified for secret ${name} is invalid.`);
  }
}

function isReference(valueFrom: string): boolean {
  if (!valueFrom.startsWith("arn:")) return SSM_NAME.test(valueFrom);
  return SSM_ARN.test(valueFrom) || SECRET_ARN.test(valueFrom);
}
