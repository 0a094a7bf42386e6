import { lastOfArn } from "../platform/arn.ts";
import { isAwsCode, optional } from "../platform/aws/failures.ts";
import type { IamApi } from "../platform/aws/iam.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import type { CheckOptions, Finding } from "./finding.ts";

/** Who assumes the roles of a task. */
const tasks = "ecs-tasks.amazonaws.com";

/** The roles of the task definition, each once. */
export function rolesOf({ taskRoleArn, executionRoleArn }: JsonObject): readonly string[] {
  return [...new Set([taskRoleArn, executionRoleArn].filter((role) => typeof role === "string"))];
}

/**
 * The role is there and lets Amazon ECS tasks assume it: one GetRole.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export async function checkRole(
  iam: Pick<IamApi, "getRole">,
  role: string,
  { signal, note }: CheckOptions,
): Promise<readonly Finding[]> {
  let gone = false;
  const call = iam.getRole({ RoleName: lastOfArn(role) }, { signal }).catch((error: unknown) => {
    if (!isAwsCode(error, "NoSuchEntity", "NoSuchEntityException")) throw error;
    gone = true;
    return undefined;
  });
  const answer = await optional("iam:GetRole", call, note);
  if (gone) {
    return [
      { severity: "error", what: `role ${role} does not exist`, remedy: `Create role ${role}, or correct its ARN.` },
    ];
  }
  const policy = answer?.Role?.AssumeRolePolicyDocument;
  if (policy === undefined || trusts(policy)) return [];
  return [
    {
      severity: "error",
      what: `the trust policy of role ${role} does not name ${tasks}`,
      remedy: `Let ${tasks} assume role ${role} in its trust policy.`,
    },
  ];
}

/** IAM answers the document percent-encoded. Conditions are not looked at. */
function trusts(encoded: string): boolean {
  const document = JSON.parse(decodeURIComponent(encoded)) as JsonValue;
  const statements = isJsonObject(document) ? listOf(document.Statement) : [];
  return statements.some(
    (statement) =>
      isJsonObject(statement) &&
      statement.Effect === "Allow" &&
      listOf(statement.Action).some((action) => ["sts:AssumeRole", "sts:*", "*"].includes(String(action))) &&
      (statement.Principal === "*" ||
        (isJsonObject(statement.Principal) && listOf(statement.Principal.Service).includes(tasks))),
  );
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return isJsonList(value) ? value : [value];
}
