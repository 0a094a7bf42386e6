import type { Service } from "@aws-sdk/client-ecs";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { awsWords } from "../platform/aws/failures.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { Run } from "../platform/run.ts";
import { describeService } from "../preflight/describe-service.ts";
import type { Plan } from "./plan.ts";
import { primaryOf } from "./primary.ts";

const looks = 3;
const betweenLooksMs = 1_000;

/**
 * The service after a forced UpdateService whose answer was lost: made again, that would be a second deployment. So it
 * is read whether there is a new one of this revision.
 * @throws {ToolkitError} AWS_CALL_FAILED where there is none to be seen
 */
export async function serviceAfterLostAnswer(
  ecs: Pick<EcsApi, "describeServices">,
  { name, service: before }: Plan,
  taskDefinitionArn: string,
  {
    run: { clock, signal, log },
    cause,
  }: { readonly run: Pick<Run, "clock" | "signal" | "log">; readonly cause: unknown },
): Promise<Service> {
  for (let look = 1; look <= looks && !signal.aborted; look += 1) {
    const service = await describeService(ecs, name, signal).catch(() => undefined);
    const primary = service && primaryOf(service);
    if (service && primary?.id !== primaryOf(before)?.id && primary?.taskDefinition === taskDefinitionArn) {
      log.warn(`the answer to ecs:UpdateService was lost (${awsWords(cause)}): its deployment was found`);
      return service;
    }
    if (look < looks) await clock.sleep(betweenLooksMs, signal).catch(() => undefined);
  }
  throw new ToolkitError(
    "AWS_CALL_FAILED",
    `ecs:UpdateService: the answer was lost, and whether it was carried out is not known: ${awsWords(cause)}`,
    `Look at the deployments of service ${name.service}, and deploy again if there is no new one.`,
    { cause },
  );
}
