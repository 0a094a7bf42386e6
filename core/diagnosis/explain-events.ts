import { clusterName, type Evidence, serviceName } from "./evidence.ts";
import { roleInEvent } from "./explain-role.ts";
import { explainStop } from "./explain-stop.ts";
import { explainTargets } from "./explain-targets.ts";
import type { Explanation } from "./explanation.ts";

/** What one kind of event says, without its subject. */
type EventRecogniser = (words: string, evidence: Evidence) => Explanation | undefined;

/** Those that name a cause before those that name an effect. */
const recognisers: readonly EventRecogniser[] = [notLaunched, unplaceable, unhealthyTarget, unhealthyContainer, stuck];

/**
 * What the events say where no stopped task tells more, else what is certain: nothing, and what is hidden.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 * @param reason why the watch ended, in AWS's words
 */
export function explainEvents(evidence: Evidence, reason: string): Explanation {
  for (const recognise of recognisers) {
    for (const { message } of [...evidence.events].reverse()) {
      const explanation = recognise(withoutSubject(message), evidence);
      if (explanation !== undefined) return explanation;
    }
  }
  const stopped = explainStop(evidence, reason);
  if (stopped !== undefined) return stopped;
  const service = serviceName(evidence);
  return (
    hiddenTasks(evidence, reason) ?? {
      cause: "unknown",
      why: reason,
      fix: `look at the events and tasks of service ${service}`,
    }
  );
}

/** Nothing more is known, for want of what the tasks would have told. */
function hiddenTasks(evidence: Evidence, reason: string): Explanation | undefined {
  const { tasksHidden } = evidence;
  if (tasksHidden === undefined) return undefined;
  const look = `look at the stopped tasks of service ${serviceName(evidence)}`;
  const allow = "allow ecs:ListTasks and ecs:DescribeTasks for this identity";
  return {
    cause: "unknown",
    why: `${withoutStop(reason)}, and why its tasks stopped cannot be told: ${tasksHidden}`,
    fix: /is not allowed/.test(tasksHidden) ? `${allow}, or ${look}` : look,
  };
}

function notLaunched(words: string, evidence: Evidence): Explanation | undefined {
  const error = /^failed to launch a task with \(error (.+)\)\.?$/.exec(words)?.[1];
  if (error === undefined) return undefined;
  return (
    roleInEvent(error, evidence) ?? {
      cause: "unplaceable",
      why: `no task could be launched: ${error}`,
      fix: `correct what service ${serviceName(evidence)} asks for, and deploy again`,
    }
  );
}

function unplaceable(words: string, evidence: Evidence): Explanation | undefined {
  if (!/was unable to place (a task|tasks)|^could not launch \d+ tasks/.test(words)) return undefined;
  const reason = /Reason: (.+?)\.?$/.exec(words)?.[1] ?? words;
  return { cause: "unplaceable", why: `no task could be placed: ${reason}`, fix: placementFix(words, evidence) };
}

function placementFix(words: string, evidence: Evidence): string {
  const service = serviceName(evidence);
  if (/capacity is unavailable/i.test(words))
    return `deploy again later, or give service ${service} subnets in more Availability Zones`;
  if (/no container instances/i.test(words))
    return `register container instances with cluster ${clusterName(evidence)}, or run service ${service} on Fargate`;
  if (/limit on the number of tasks/i.test(words))
    return `raise the account's Fargate quota, or lower the desired count of service ${service}`;
  return `give the cluster of service ${service} room for cpu and memory of the task definition, or ask for less`;
}

/** Only where the tasks are hidden: they tell the same, and of which of them it is true. */
function unhealthyTarget(words: string, evidence: Evidence): Explanation | undefined {
  const targetGroupArn = /is unhealthy in \(target-group ([^)]+)\)/.exec(words)?.[1];
  return targetGroupArn === undefined ? undefined : explainTargets(targetGroupArn, evidence);
}

function unhealthyContainer(words: string, evidence: Evidence): Explanation | undefined {
  if (!/failed container health checks/.test(words)) return undefined;
  const service = serviceName(evidence);
  return {
    cause: "container-health-check",
    why: "container health checks failed again and again",
    fix: `let the container health check of service ${service}'s tasks succeed, or raise its startPeriod`,
  };
}

function stuck(words: string, evidence: Evidence): Explanation | undefined {
  if (!words.includes("because of the service deployment configuration")) return undefined;
  return {
    cause: "deployment-configuration",
    why: words,
    fix: `lower minimumHealthyPercent or raise maximumPercent of service ${serviceName(evidence)}`,
  };
}

/** `(service web) was unable …` → `was unable …` */
function withoutSubject(message: string): string {
  return message.replace(/^\(service [^)]*\) /, "");
}

/** A reason that ends like a sentence is to go on. */
function withoutStop(reason: string): string {
  return reason.replace(/\.$/, "");
}
