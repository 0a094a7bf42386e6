import { describe, expect, it } from "vitest";
import { AnswerLost } from "../platform/aws/failures.ts";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { DeploymentStopper } from "./deployment-stopper.ts";
import { arn, awsError, scriptedAws, service, updateTime } from "./scripted-aws.fixture.ts";
import type { PinnedDeployment } from "./strategy.ts";

const pinned: PinnedDeployment = {
  name: { cluster: "ecs-demo", service: "web" },
  id: "ecs-svc/2",
  taskDefinitionArn: arn("web:43"),
  createdAt: updateTime,
  earlierEvents: new Set(),
  previous: undefined,
  rollbackEnabled: true,
  desiredCount: undefined,
  replacesTasks: true,
  waitUntil: "deployed",
  onFailure: "as-service",
  onCancel: "leave",
  deadline: Number.POSITIVE_INFINITY,
};

interface Situation {
  /** The first calls' answers are lost, before or after Amazon ECS took them. */
  readonly lost?: readonly ("untaken" | "taken")[];
  /** What became of those answers. */
  readonly fails?: Error;
  readonly stopFails?: Error;
  /** The call is not answered within its time. */
  readonly late?: true;
  /** The service deployment is not read again after the call. */
  readonly unread?: true;
  /** Seconds until the service deployment is listed. */
  readonly listedAfter?: number;
}

const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
const failed = Object.assign(awsError("ServerException", "no"), { $metadata: { httpStatusCode: 500 } });

function endOf(signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve) => signal?.addEventListener("abort", () => resolve(signal.reason), { once: true }));
}

async function rollBack({ lost = [], fails = reset, stopFails, late, unread, listedAfter = 0 }: Situation) {
  // This machine's clock is a day behind AWS's.
  const clock = new JumpingClock(updateTime.getTime() - 86_400_000);
  const began = clock.now();
  let taken = false;
  let calls = 0;
  const { clients } = scriptedAws(
    {
      before: service([]),
      serviceDeployment: () => ({ status: taken ? "ROLLBACK_IN_PROGRESS" : "IN_PROGRESS" }),
    },
    clock,
  );
  const { ecs } = clients;
  const stopper = new DeploymentStopper(
    {
      ...ecs,
      listServiceDeployments: async (input, options) => {
        expect(input.createdAt?.after?.getTime()).toBe(updateTime.getTime() - 5_000);
        const answer = await ecs.listServiceDeployments(input, options);
        return clock.now() - began < listedAfter * 1_000 ? { ...answer, serviceDeployments: [] } : answer;
      },
      describeServiceDeployments: async (input, options) => {
        if (unread && calls > 0) throw awsError("AccessDeniedException", "no");
        return ecs.describeServiceDeployments(input, options);
      },
      stopServiceDeployment: async (input, options) => {
        const answer = await ecs.stopServiceDeployment(input, options);
        const fate = lost[calls];
        calls += 1;
        taken = fate !== "untaken" && stopFails === undefined;
        if (stopFails !== undefined) throw stopFails;
        if (late) throw await endOf(options?.signal);
        if (fate === undefined) return answer;
        throw new AnswerLost(fails);
      },
    },
    pinned,
    clock,
  );
  return { asked: await stopper.rollBack(new AbortController().signal), calls };
}

describe("a rollback", () => {
  it("is asked for by one call", async () => {
    expect(await rollBack({})).toEqual({ asked: { requested: true }, calls: 1 });
  });

  it("is not asked for again where it was taken though the answer was lost", async () => {
    expect(await rollBack({ lost: ["taken"] })).toEqual({ asked: { requested: true }, calls: 1 });
  });

  it("is asked for again where the call was lost on its way, three times at most", async () => {
    expect(await rollBack({ lost: ["untaken"] })).toEqual({ asked: { requested: true }, calls: 2 });
    expect(await rollBack({ lost: ["untaken", "untaken", "untaken"] })).toEqual({
      asked: {
        requested: false,
        words: "rollback was not asked for: ecs:StopServiceDeployment failed: read ECONNRESET",
      },
      calls: 3,
    });
  });

  it("is looked for where AWS failed on the call, and asked for again while it fails for seconds", async () => {
    expect(await rollBack({ lost: ["taken"], fails: failed })).toEqual({ asked: { requested: true }, calls: 1 });
    const lost = ["untaken", "untaken", "untaken", "untaken"] as const;
    expect(await rollBack({ lost, fails: failed })).toEqual({ asked: { requested: true }, calls: 5 });
  });

  it("is known by its service deployment where the call's time was up", async () => {
    expect(await rollBack({ late: true })).toEqual({ asked: { requested: true }, calls: 1 });
  });

  it("may have been asked for where nothing says what came of the call", async () => {
    const words = "rollback may have been asked for: ecs:StopServiceDeployment";
    expect(await rollBack({ late: true, unread: true })).toEqual({
      asked: { requested: false, words: `${words} did not answer within 20 s` },
      calls: 1,
    });
    expect(await rollBack({ lost: ["untaken"], unread: true })).toEqual({
      asked: { requested: false, words: `${words} failed: read ECONNRESET` },
      calls: 1,
    });
  });

  it("waits for a list that is fifteen seconds old", async () => {
    expect(await rollBack({ listedAfter: 15 })).toEqual({ asked: { requested: true }, calls: 1 });
  });

  it("is not asked for where the deployment is not listed, or is done", async () => {
    expect(await rollBack({ listedAfter: 60 })).toEqual({
      asked: { requested: false, words: "rollback was not asked for: its service deployment is not listed" },
      calls: 0,
    });
    expect(await rollBack({ stopFails: awsError("ConflictException", "no") })).toEqual({
      asked: { requested: false, words: "rollback was not asked for: the service deployment is IN_PROGRESS" },
      calls: 1,
    });
  });
});
