import type { ServiceDeployment, ServiceDeploymentBrief } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { AnswerLost, CallEnded, isAwsCode, missing } from "../platform/aws/failures.ts";
import type { CallOptions } from "../platform/aws/settings.ts";
import type { Clock } from "../platform/clock.ts";
import { TimeUp, withinLimit } from "../platform/time-limit.ts";
import { mayTryAgain, pauseMs } from "./left-open.ts";
import type { PinnedDeployment } from "./strategy.ts";

/** What came of asking Amazon ECS to roll a deployment back. */
export type RollbackRequest =
  | { readonly requested: true }
  /** `words` say why: "its `rollback was not asked for: …`", or "may have been" where the answer was lost. */
  | { readonly requested: false; readonly words: string };

type Api = Pick<
  EcsApi,
  "describeServiceDeployments" | "describeServiceRevisions" | "listServiceDeployments" | "stopServiceDeployment"
>;

const action = "ecs:StopServiceDeployment";
/** The service deployment has ended, or is being stopped. */
const conflict = "ConflictException";

/** The clocks of two answers of ECS may differ by that much. */
const createdBeforeMs = 5_000;
/** ListServiceDeployments is eventually consistent, by seconds. A run that is cancelled gives up before. */
const looks = 20;
const betweenLooksMs = 1_000;
const stopWithinMs = 20_000;

const rollingBack = ["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"];

/**
 * Asks Amazon ECS to roll back one deployment, by its service deployment, and only while that is ours, is under way and
 * has something to go back to. Never by UpdateService: that would go over a newer deployment.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html
 */
export class DeploymentStopper {
  readonly #ecs: Api;
  readonly #pinned: PinnedDeployment;
  readonly #clock: Clock;
  #arn: Promise<string> | undefined;

  constructor(ecs: Api, pinned: PinnedDeployment, clock: Clock) {
    this.#ecs = ecs;
    this.#pinned = pinned;
    this.#clock = clock;
  }

  /** Finds the service deployment before it is needed: a run that is cancelled has no time for it. */
  lookAhead(signal: AbortSignal): void {
    const arn = this.#find(signal);
    this.#arn = arn;
    arn.catch(() => {
      this.#arn = undefined;
    });
  }

  /**
   * Reads again, then makes the one call. Says why where it did not.
   * @param signal ends the reads, and that the call is made again; one that was sent is not interrupted, as it may have
   * been done
   * @param withinMs how long the call may take
   */
  async rollBack(signal: AbortSignal, withinMs = stopWithinMs): Promise<RollbackRequest> {
    try {
      // What was looking ahead may have been ended by the very cancelling that asks for it now.
      const arn = (await this.#arn?.catch(() => undefined)) ?? (await this.#find(signal));
      const before = await this.#describe(arn, signal);
      if (rollingBack.includes(before.status ?? "")) return { requested: true };
      requireStoppable(before);
      return await this.#stop(arn, signal, withinMs);
    } catch (error) {
      if (error instanceof NotStoppable)
        return { requested: false, words: `rollback was not asked for: ${error.message}` };
      if (error instanceof NotKnown)
        return { requested: false, words: `rollback may have been asked for: ${error.message}` };
      throw error;
    }
  }

  #stop(arn: string, until: AbortSignal, withinMs: number): Promise<RollbackRequest> {
    return withinLimit(withinMs, { clock: this.#clock }, async (limit) => {
      for (let times = 1; ; times += 1) {
        const open = await this.#request(arn, { signal: limit, until, once: true });
        if (open === undefined || (await this.#wasTaken(arn, { open, signal: until }))) return { requested: true };
        const left = missing(action, open);
        if (!mayTryAgain(times, open)) throw new NotStoppable(left);
        await this.#clock.sleep(pauseMs(times), AbortSignal.any([until, limit])).catch(() => {
          throw new NotStoppable(left);
        });
      }
    });
  }

  /** Makes the one call. @returns what leaves open whether it was taken; `undefined` where it was */
  async #request(serviceDeploymentArn: string, options: CallOptions): Promise<unknown> {
    try {
      await this.#ecs.stopServiceDeployment({ serviceDeploymentArn, stopType: "ROLLBACK" }, options);
      return undefined;
    } catch (error) {
      if (error instanceof AnswerLost) return error.failure;
      if (error instanceof TimeUp || isAwsCode(error, conflict)) return error;
      if (error instanceof CallEnded) throw new NotStoppable(notMade(error));
      throw new NotStoppable(missing(action, error));
    }
  }

  /** Whether it was taken though the answer was lost, or asked for by somebody else. */
  async #wasTaken(arn: string, { open, signal }: { open: unknown; signal: AbortSignal }): Promise<boolean> {
    const { status = "" } = await this.#describe(arn, signal).catch((error: unknown) => {
      if (isAwsCode(open, conflict)) throw error;
      throw new NotKnown(missing(action, open), { cause: error });
    });
    if (rollingBack.includes(status)) return true;
    if (isAwsCode(open, conflict)) throw new NotStoppable(`the service deployment is ${status}`);
    return false;
  }

  /** One that was made just now may not be listed yet. */
  async #find(signal: AbortSignal): Promise<string> {
    for (let look = 1; ; look += 1) {
      const found = await this.#candidates(signal);
      const [arn, ...others] = found;
      if (others.length > 0) throw new NotStoppable(`${found.length} service deployments may be this one`);
      if (arn !== undefined) return arn;
      if (look === looks) throw new NotStoppable("its service deployment is not listed");
      await this.#clock.sleep(betweenLooksMs, signal).catch(() => {
        throw new NotStoppable("its service deployment was not found in time");
      });
    }
  }

  async #candidates(signal: AbortSignal): Promise<readonly string[]> {
    const { name, createdAt, taskDefinitionArn } = this.#pinned;
    const after = new Date(createdAt.getTime() - createdBeforeMs);
    const call = this.#ecs.listServiceDeployments({ ...name, createdAt: { after } }, { signal });
    const { serviceDeployments = [] } = await answered("ecs:ListServiceDeployments", call);
    const revisions = serviceDeployments.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
    if (revisions.length === 0) return [];
    const described = this.#ecs.describeServiceRevisions({ serviceRevisionArns: revisions.slice(0, 20) }, { signal });
    const { serviceRevisions = [] } = await answered("ecs:DescribeServiceRevisions", described);
    const ours = new Set(
      serviceRevisions
        .filter(({ taskDefinition }) => taskDefinition === taskDefinitionArn)
        .map(({ serviceRevisionArn }) => serviceRevisionArn),
    );
    return serviceDeployments.filter((each) => ours.has(each.targetServiceRevisionArn)).flatMap(arnOf);
  }

  async #describe(arn: string, signal: AbortSignal): Promise<ServiceDeployment> {
    const call = this.#ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] }, { signal });
    const { serviceDeployments = [] } = await answered("ecs:DescribeServiceDeployments", call);
    const [found] = serviceDeployments;
    if (found === undefined) throw new NotStoppable(`service deployment ${shortArn(arn)} is not there any more`);
    return found;
  }
}

class NotStoppable extends Error {}
/** The call was made, and neither its answer nor the service deployment says what came of it. */
class NotKnown extends Error {}

function notMade({ failure }: CallEnded): string {
  return failure === undefined ? "the run was ended before" : missing(action, failure);
}

function arnOf({ serviceDeploymentArn }: ServiceDeploymentBrief): string[] {
  return serviceDeploymentArn === undefined ? [] : [serviceDeploymentArn];
}

/** Under way, and with a revision to go back to: a first deployment has none and is left. */
function requireStoppable({ status, sourceServiceRevisions = [] }: ServiceDeployment): void {
  if (status !== "PENDING" && status !== "IN_PROGRESS") throw new NotStoppable(`the service deployment is ${status}`);
  if (sourceServiceRevisions.length === 0) throw new NotStoppable("there is no revision before it to go back to");
}

async function answered<Output>(action: string, call: Promise<Output>): Promise<Output> {
  try {
    return await call;
  } catch (error) {
    throw new NotStoppable(missing(action, error));
  }
}
