import type { Service } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { awsWords, isAwsCode, missing } from "../platform/aws/failures.ts";
import { isAnswer } from "../platform/aws/passing.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { Run } from "../platform/run.ts";
import { describeService } from "../preflight/describe-service.ts";
import type { CheckedTaskDefinition } from "../task-definition/check.ts";
import { diffTaskDefinitions } from "../task-definition/diff.ts";
import { registrableDocument } from "../task-definition/load-revision.ts";
import { cancelled } from "./cancelled.ts";
import { mayTryAgain, pauseMs } from "./left-open.ts";
import type { Plan } from "./plan.ts";
import { primaryOf } from "./primary.ts";

const looks = 3;
const betweenLooksMs = 1_000;

interface Lost {
  readonly run: Pick<Run, "clock" | "signal" | "log">;
  /** What became of the answer: it was lost, or AWS says that it failed. */
  readonly cause: unknown;
}

/**
 * The service after an UpdateService of which it is open whether it was done. Made again, a forced one would be a second
 * deployment, and any other would go over what somebody else has deployed meanwhile. So it is read whether there is a
 * new deployment of this revision.
 * @param lost `times`: how often it was left open
 * @returns `undefined` where it is to be made again: it is not forced, and the service has no new deployment at all
 * @throws {ToolkitError} AWS_CALL_FAILED where that cannot be read, or it is not to be made again; DEPLOYMENT_CANCELLED
 */
export async function serviceAfterLostAnswer(
  ecs: Pick<EcsApi, "describeServices">,
  { name, service: before, revision, force }: Plan,
  taskDefinitionArn: string,
  { run, cause, times }: Lost & { readonly times: number },
): Promise<Service | undefined> {
  let unread: unknown;
  let isUnchanged = false;
  const found = await lookFor(run, betweenLooksMs, async () => {
    const service = await describeService(ecs, name, run.signal).catch((error: unknown) => {
      unread = error;
      return undefined;
    });
    const primary = service && primaryOf(service);
    isUnchanged = primary !== undefined && primary.id === primaryOf(before)?.id;
    return primary?.taskDefinition === taskDefinitionArn && !isUnchanged ? service : undefined;
  });
  const registered = revision === undefined ? `${shortArn(taskDefinitionArn)} was registered` : "";
  if (found === undefined && run.signal.aborted) {
    const left = `${leftOpen("ecs:UpdateService", cause)}, so there may be a new deployment`;
    throw cancelled(registered === "" ? left : `${registered}; ${left}`);
  }
  if (found === undefined && isUnchanged && !force && mayTryAgain(times, cause)) {
    run.log.warn(`${leftOpen("ecs:UpdateService", cause)}: the service has no new deployment, so it is made again`);
    return undefined;
  }
  if (found === undefined) {
    throw unknownFate("ecs:UpdateService", cause, {
      ...(unread === undefined ? {} : { why: missing("ecs:DescribeServices", unread) }),
      remedy: `${registered === "" ? "" : `${registered}. `}Look at the deployments of service ${name.service}, and deploy again if there is no new one.`,
    });
  }
  run.log.warn(`${leftOpen("ecs:UpdateService", cause)}: its deployment was found`);
  return found;
}

/**
 * The revision after a RegisterTaskDefinition of which it is open whether it was done: made again, that would be a
 * second one. So it is read whether the newest revision of its family says the same.
 * @param lost `times`: how often it was left open
 * @returns its ARN; `undefined` where it is to be made again
 * @throws {ToolkitError} AWS_CALL_FAILED where that cannot be read, or it is not to be made again; DEPLOYMENT_CANCELLED
 */
export async function revisionAfterLostAnswer(
  ecs: Pick<EcsApi, "describeTaskDefinition">,
  target: CheckedTaskDefinition,
  { run, cause, times }: Lost & { readonly times: number },
): Promise<string | undefined> {
  const family = String(target.document.family);
  const unknown = (why: string) =>
    unknownFate("ecs:RegisterTaskDefinition", cause, {
      why,
      remedy: `Deploy again: family ${family} may have a revision that nothing runs. The service was not changed.`,
    });
  const found = await lookFor(run, pauseMs(times), () =>
    newestIfSame(ecs, target, run.signal).catch((error: unknown) => {
      // As AWS says that a family has no revision.
      if (run.signal.aborted || isAwsCode(error, "ClientException")) return undefined;
      throw unknown(missing("ecs:DescribeTaskDefinition", error));
    }),
  );
  const lost = leftOpen("ecs:RegisterTaskDefinition", cause);
  if (found !== undefined) {
    run.log.warn(`${lost}: its revision was found`);
    return found;
  }
  if (run.signal.aborted) throw cancelled(`${lost}, so there may be a new revision; the service was not changed`);
  if (!mayTryAgain(times, cause)) throw unknown(`family ${family} has no such revision so far`);
  run.log.warn(`${lost}: family ${family} has no such revision, so it is made again`);
  return undefined;
}

async function newestIfSame(
  ecs: Pick<EcsApi, "describeTaskDefinition">,
  { document }: CheckedTaskDefinition,
  signal: AbortSignal,
): Promise<string | undefined> {
  const family = String(document.family);
  const { taskDefinition = {}, tags = [] } = await ecs.describeTaskDefinition(
    { taskDefinition: family, include: ["TAGS"] },
    { signal },
  );
  const changes = diffTaskDefinitions(await registrableDocument(taskDefinition, tags), document);
  return changes.length === 0 ? taskDefinition.taskDefinitionArn : undefined;
}

/** What was done just now may not be seen at once. */
async function lookFor<Found>(
  { clock, signal }: Lost["run"],
  betweenMs: number,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (let count = 1; count <= looks && !signal.aborted; count += 1) {
    const found = await look();
    if (found !== undefined) return found;
    if (count < looks) await clock.sleep(betweenMs, signal).catch(() => undefined);
  }
  return undefined;
}

function leftOpen(action: string, cause: unknown): string {
  const what = isAnswer(cause) ? `AWS failed on ${action}` : `the answer to ${action} was lost`;
  return `${what} (${awsWords(cause)})`;
}

function unknownFate(
  action: string,
  cause: unknown,
  { remedy, why }: { readonly remedy: string; readonly why?: string },
): ToolkitError {
  const also = why === undefined ? "" : `; ${why}`;
  return new ToolkitError(
    "AWS_CALL_FAILED",
    `${action}: ${isAnswer(cause) ? "AWS failed on it" : "the answer was lost"}, and whether it was carried out is not known: ${awsWords(cause)}${also}`,
    remedy,
    { cause },
  );
}
