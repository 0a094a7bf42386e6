import { isJsonObject, type JsonObject } from "../platform/json.ts";
import { containersOf } from "../task-definition/render.ts";
import { type Evidence, executionRole } from "./evidence.ts";
import type { Recogniser } from "./explanation.ts";
import { reasonMatching } from "./stop-reason.ts";

/**
 * Tasks for which something could not be made ready: secrets, logs, volumes.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
 */
export const initialization: Recogniser = (task, evidence) => {
  const found = reasonMatching(task, /ResourceInitializationError/);
  if (found === undefined) return undefined;
  const { words } = found;
  if (/log ?group|log ?stream|logger/i.test(words))
    return { cause: "initialization", ...logExplanation(words, evidence) };
  return { cause: "initialization", why: words, fix: fixOf(words, evidence) };
};

function logExplanation(words: string, evidence: Evidence): { readonly why: string; readonly fix: string } {
  const groups = [...new Set(containersOf(evidence.taskDefinition).flatMap(logGroup))];
  const named = `log group${groups.length === 1 ? "" : "s"} ${groups.join(", ")}`;
  const fix = /does not exist|ResourceNotFound/i.test(words)
    ? `create ${named}, or correct awslogs-group of the task definition`
    : `allow ${executionRole(evidence)} to create log streams in ${named}, and give the subnets a route to CloudWatch Logs`;
  return { why: `${named}: ${words}`, fix };
}

function logGroup({ logConfiguration }: JsonObject): readonly string[] {
  const options = isJsonObject(logConfiguration) ? logConfiguration.options : undefined;
  const group = isJsonObject(options) ? options["awslogs-group"] : undefined;
  return typeof group === "string" ? [group] : [];
}

function fixOf(words: string, evidence: Evidence): string {
  const role = executionRole(evidence);
  if (/secret|parameter|ssm|asm/i.test(words)) return secretFix(words, role);
  if (/efs|mount|volume/i.test(words))
    return "check the volumes of the task definition and the route to their file system";
  return "check what the task definition refers to, and the route to it from the tasks' subnets";
}

function secretFix(words: string, role: string): string {
  const names = /invalid ssm parameters: ([^\s]+)/i.exec(words)?.[1]?.replaceAll(",", ", ");
  if (names !== undefined) return `create parameter ${names}, or correct secrets of the task definition`;
  const key = /did not contain json key (\S+)/i.exec(words)?.[1];
  if (key !== undefined) return `add the key ${key} to the secret, or correct secrets of the task definition`;
  const secret = /arn:aws[\w-]*:(?:secretsmanager|ssm):[^\s,:]*:\d*:[^\s,'"]+/.exec(words)?.[0].replace(/:$/, "");
  if (/ResourceNotFound|ParameterNotFound|can't find the specified secret/i.test(words))
    return `create ${secret ?? "the secret"}, or correct secrets of the task definition`;
  if (/AccessDenied|not authorized/i.test(words)) return `allow ${role} to read ${secret ?? "the secrets"}`;
  return `allow ${role} to read ${secret ?? "the secrets"}, check that it exists, and give the subnets a route to it`;
}
