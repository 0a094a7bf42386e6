import type { Evidence } from "./evidence.ts";
import type { Explanation, Recogniser } from "./explanation.ts";
import { reasonMatching } from "./stop-reason.ts";

const unable = /unable to assume/i;

/** Amazon ECS could not assume a role of the task definition: in a stopped task's reason, or in an event. */
export const roleUnusable: Recogniser = (task, evidence) => {
  const found = reasonMatching(task, unable);
  return found === undefined ? undefined : explanation(found.words, evidence);
};

/** @param words an event's, without its subject */
export function roleInEvent(words: string, evidence: Evidence): Explanation | undefined {
  return unable.test(words) ? explanation(words, evidence) : undefined;
}

function explanation(words: string, evidence: Evidence): Explanation {
  const role = /arn:aws[\w-]*:iam::\d+:role\/[\w+=,.@/-]+/.exec(words)?.[0];
  const named = role === undefined ? "the task definition's role" : `role ${role}`;
  const member = memberNaming(role, evidence);
  const orCorrect = member === undefined ? "" : `, or correct ${member} of the task definition`;
  return {
    cause: "role",
    why: firstSentence(words),
    fix: `check that ${named} exists and that its trust policy lets ecs-tasks.amazonaws.com assume it${orCorrect}`,
  };
}

/** What ECS advises after it is for who has no remedy. */
function firstSentence(words: string): string {
  return words.replace(/\. .*$/s, "").replace(/\.$/, "");
}

function memberNaming(role: string | undefined, { taskDefinition }: Evidence): string | undefined {
  return ["executionRoleArn", "taskRoleArn"].find((key) => role !== undefined && taskDefinition[key] === role);
}
