import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { Attempts } from "../platform/aws/attempts.ts";
import { deploy, deploying, later, old, ours, oursDone } from "./deploying.fixture.ts";
import { arn, awsError, deployment, type Script, service } from "./scripted-aws.fixture.ts";

const noRollback = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };

const notFound =
  "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref web:2: not found";

function stopped(changes: Partial<Task> = {}): Task {
  return {
    taskArn: "t/1",
    startedBy: "ecs-svc/2",
    lastStatus: "STOPPED",
    stopCode: "TaskFailedToStart",
    stoppedReason: notFound,
    stoppedAt: later(4),
    containers: [{ name: "web", image: "web:2" }],
    ...changes,
  };
}

const back = (changes = {}) => deployment("1", "web:42", { createdAt: new Date(0), updatedAt: later(9), ...changes });

/** One task fails at second 5; after the stop ECS goes back within 10 s. */
function failing(changes: Partial<Script> = {}, settings = {}): Partial<Script> {
  const before = service([deployment("1", "web:42", { createdAt: new Date(0) })], settings);
  return {
    before,
    after: [
      [0, service([ours(), old()], settings)],
      [5, service([ours({ failedTasks: 1 }), old()], settings)],
    ],
    stopped: [stopped()],
    afterStop: [
      [
        0,
        service([back({ rolloutState: "IN_PROGRESS" }), ours({ status: "ACTIVE", rolloutState: "FAILED" })], settings),
      ],
      [10, service([back()], settings)],
    ],
    ...changes,
  };
}

describe("on-failure", () => {
  it("as-service: asks for the rollback at the first proof, where the service rolls back, and follows it", async () => {
    const { result, aws, log } = await deploy(failing());
    expect(result).toMatchObject({
      outcome: "rolled-back",
      reason: notFound,
      now: { taskDefinitionArn: arn("web:42") },
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(15_000);
    expect(result.durationMs).toBeLessThan(20_000);
    expect(aws.calls.filter((call) => call.includes("StopServiceDeployment"))).toEqual([
      'StopServiceDeployment {"serviceDeploymentArn":"sd/2","stopType":"ROLLBACK"}',
    ]);
    expect(aws.operations().filter((name) => name === "UpdateService")).toHaveLength(1);
    expect(log.lines.filter((line) => line.includes("cannot start"))).toHaveLength(1);
    expect(log.lines.join("\n")).toContain("rolling back to web:42");
  });

  it.each(["as-service", "leave"])(
    "%s: says failed at once and changes nothing, where nothing is to roll back",
    async (onFailure) => {
      const settings = onFailure === "leave" ? {} : noRollback;
      const { result, aws, log } = await deploy(failing({}, settings), { input: { "on-failure": onFailure } });
      expect(result).toMatchObject({ outcome: "failed", reason: notFound, now: { rolloutState: "IN_PROGRESS" } });
      expect(result.durationMs).toBeLessThan(8_000);
      expect(aws.operations()).not.toContain("StopServiceDeployment");
      expect(log.lines).toContainEqual(
        expect.stringMatching(/deployment ecs-svc\/2 is left as it is, .* goes on trying$/),
      );
    },
  );

  it("rollback: asks for it though the service would not", async () => {
    const { result } = await deploy(failing({}, noRollback), { input: { "on-failure": "rollback" } });
    expect(result.outcome).toBe("rolled-back");
  });

  it("rollback: asks for it where the deployment has failed and stands still", async () => {
    const rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start.";
    const after = [
      [0, service([ours(), old()], noRollback)],
      [5, service([ours({ rolloutState: "FAILED", rolloutStateReason }), old()], noRollback)],
    ] as const;
    const { result } = await deploy(failing({ after, stopped: [] }, noRollback), {
      input: { "on-failure": "rollback" },
    });
    expect(result).toMatchObject({ outcome: "rolled-back", reason: rolloutStateReason });
  });

  it.each<[string, Partial<Script>, string]>([
    [
      "it may not be listed",
      { listed: awsError("AccessDeniedException", "no") },
      "ecs:ListServiceDeployments is not allowed",
    ],
    [
      "it may not be stopped",
      { stopFails: awsError("AccessDeniedException", "no") },
      "ecs:StopServiceDeployment is not allowed",
    ],
    ["two may be meant", { listed: ["sd/2", "sd/3"] }, "2 service deployments may be this one"],
    [
      "it is a first deployment",
      { serviceDeployment: () => ({ sourceServiceRevisions: [] }) },
      "no revision before it",
    ],
    ["it is over", { serviceDeployment: () => ({ status: "SUCCESSFUL" }) }, "is SUCCESSFUL"],
  ])("leaves it to the service and says why, where %s", async (_what, script, why) => {
    const after = [
      ...(failing().after ?? []),
      [60, service([back({ updatedAt: later(60) }), ours({ status: "ACTIVE", rolloutState: "FAILED" })])],
    ] as const;
    const { result, aws, log } = await deploy(failing({ ...script, after }));
    expect(result.outcome).toBe("rolled-back");
    expect(result.durationMs).toBeGreaterThanOrEqual(60_000);
    const [note] = log.lines.filter((line) => line.includes("the rollback was not asked for: "));
    expect(note).toContain(why);
    expect(aws.calls.filter((call) => call.startsWith("StopServiceDeployment")).length).toBe(script.stopFails ? 1 : 0);
  });

  it("reads again on a conflict: a rollback that is under way is what was wanted", async () => {
    let reads = 0;
    const serviceDeployment = () => {
      reads += 1;
      return { status: reads > 1 ? ("ROLLBACK_IN_PROGRESS" as const) : ("IN_PROGRESS" as const) };
    };
    const after = [...(failing().after ?? []), [30, service([back({ updatedAt: later(30) })])]] as const;
    const { result, log } = await deploy(
      failing({ after, serviceDeployment, stopFails: awsError("ConflictException", "no") }),
    );
    expect(result).toMatchObject({ outcome: "rolled-back", reason: notFound });
    expect(log.lines.join("\n")).toContain("asked Amazon ECS to roll back");
  });

  it.each<[string, Partial<Script>]>([
    [
      "a task of it runs",
      {
        after: [
          [0, service([ours({ failedTasks: 1, runningCount: 1 }), old()])],
          [30, service([oursDone])],
        ],
      },
    ],
    [
      "the network did not answer",
      { stopped: [stopped({ stoppedReason: "CannotPullContainerError: dial tcp: i/o timeout" })] },
    ],
    [
      "containers exited twice",
      {
        stopped: [1, 2].map((id) =>
          stopped({
            taskArn: `t/${id}`,
            stopCode: "EssentialContainerExited",
            stoppedReason: "Essential container in task exited",
          }),
        ),
      },
    ],
  ])("waits on where %s", async (_what, script) => {
    const after = [...(failing().after ?? []), [30, service([oursDone])]] as const;
    const { result, aws } = await deploy(failing({ after, ...script }));
    expect(result.outcome).toBe("deployed");
    expect(aws.operations()).not.toContain("StopServiceDeployment");
  });

  it("takes three exits for proof", async () => {
    const exits = [1, 2, 3].map((id) =>
      stopped({ taskArn: `t/${id}`, stopCode: "EssentialContainerExited", stoppedReason: "" }),
    );
    const { result } = await deploy(failing({ stopped: exits }));
    expect(result).toMatchObject({
      outcome: "rolled-back",
      reason: expect.stringContaining("exit again and again: 3 of 3"),
    });
  });

  it("does not interrupt the call that asks for the rollback: one that was sent may have been done", async () => {
    let interrupted: boolean | undefined;
    const { result } = await deploy(failing(), {
      abortAt: "StopServiceDeployment",
      rewire: ({ ecs, ...others }) => ({
        ...others,
        ecs: {
          ...ecs,
          async stopServiceDeployment(input, options) {
            const answer = await ecs.stopServiceDeployment(input, options);
            interrupted = options?.signal?.aborted;
            return answer;
          },
        },
      }),
    });
    expect(interrupted).toBe(false);
    expect(result).toMatchObject({ outcome: "cancelled", rollbackRequested: true });
    expect(result.error?.message).toContain("was asked to roll back");
  });

  it("does not ask any more once the run was ended", async () => {
    const throttled = failing({ stopFails: awsError("ThrottlingException", "Rate exceeded") }, noRollback);
    const run = deploying(throttled, {
      abortAt: "StopServiceDeployment",
      input: { "on-failure": "rollback" },
      rewire: ({ ecs, ...others }) => ({
        ...others,
        ecs: {
          ...ecs,
          stopServiceDeployment: (input, options = {}) =>
            new Attempts({ clock: run.clock }).make(() => ecs.stopServiceDeployment(input), options),
        },
      }),
    });
    expect((await run.done).result).toMatchObject({ outcome: "cancelled", rollbackRequested: false });
    expect(run.aws.calls.filter((call) => call.startsWith("StopServiceDeployment"))).toHaveLength(1);
  });

  it("leaves it to on-cancel where the run is ended before it could ask", async () => {
    const { result, aws } = await deploy(failing({}, noRollback), {
      abortAt: "DescribeServiceDeployments",
      input: { "on-failure": "rollback", "on-cancel": "rollback" },
      rewire: ({ ecs, ...others }) => ({
        ...others,
        ecs: {
          ...ecs,
          async describeServiceDeployments(input, options) {
            const answer = await ecs.describeServiceDeployments(input, options);
            options?.signal?.throwIfAborted();
            return answer;
          },
        },
      }),
    });
    expect(result).toMatchObject({ outcome: "cancelled", rollbackRequested: true });
    expect(aws.calls.filter((call) => call.startsWith("StopServiceDeployment"))).toHaveLength(1);
  });
});
