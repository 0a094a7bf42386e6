/** Whatever readings follow one another: what is said is true of the last one, and nothing is done after it is said. */
import type { Service } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import { deploying, later, old, ours, oursDone, steady } from "./deploying.fixture.ts";
import { awsError, deployment, service, type Timeline } from "./scripted-aws.fixture.ts";

/** How a service may look that is being deployed to, `at` seconds after the update. */
const readings: readonly ((at: number) => Service | Error)[] = [
  () => steady,
  () => service([ours(), old()]),
  (at) => service([ours({ failedTasks: 2, runningCount: 1, updatedAt: later(at) }), old()]),
  () => service([oursDone]),
  () => service([oursDone, old({ runningCount: 1 })]),
  (at) =>
    service([
      ours({ rolloutState: "FAILED", rolloutStateReason: "tasks failed to start.", updatedAt: later(at) }),
      old(),
    ]),
  (at) => service([back(at, { rolloutState: "IN_PROGRESS" }), ours({ status: "ACTIVE", rolloutState: "FAILED" })]),
  (at) => service([back(at)]),
  (at) => service([theirs(at, { rolloutState: "IN_PROGRESS" }), ours({ status: "ACTIVE" })]),
  (at) => service([theirs(at)]),
  () => service([ours({ desiredCount: 0 })], { status: "DRAINING" }),
  () => service([], { status: "INACTIVE" }),
  () => service([]),
  () => awsError("ThrottlingException", "Rate exceeded"),
];

const back = (at: number, changes = {}) =>
  deployment("1", "web:42", { createdAt: new Date(0), updatedAt: later(at), ...changes });
const theirs = (at: number, changes = {}) =>
  deployment("3", "web:44", { createdAt: later(at), updatedAt: later(at), ...changes });

const timelines: fc.Arbitrary<Timeline> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(...readings)), { maxLength: 8 })
  .map((steps) => {
    let at = 0;
    return [
      [0, service([ours(), old()])] as const,
      ...steps.map(([after, reading]) => {
        at += after;
        return [at, reading(at)] as const;
      }),
    ];
  });

const inputs = fc.record({
  "wait-until": fc.constantFrom("deployed", "stable"),
  "on-failure": fc.constantFrom("as-service", "rollback", "leave"),
  "wait-for-minutes": fc.constantFrom(1, 4),
});

const notFound = {
  taskArn: "t/1",
  startedBy: "ecs-svc/2",
  lastStatus: "STOPPED",
  stopCode: "TaskFailedToStart" as const,
  stoppedReason: "CannotPullContainerError: web:2: not found",
};

const changing = /^(Register|Update|Stop|Create|Delete|Put|Run)/;

it("says deployed of our own PRIMARY only, and calls nothing after the verdict", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(timelines, inputs, fc.subarray([notFound]), async (after, input, stopped) => {
      const { aws, done } = deploying({ after, stopped }, { input });
      const { result } = await done;
      const made = aws.calls.length;
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
      expect(aws.calls.slice(made)).toEqual([]);

      const { outcome, now, deploymentId } = result;
      expect(deploymentId).toBe("ecs-svc/2");
      if (outcome === "deployed")
        expect(now).toMatchObject({ deploymentId, rolloutState: "COMPLETED", status: "ACTIVE" });
      if (outcome === "superseded") expect(now.deploymentId).toBe("ecs-svc/3");
      if (outcome === "rolled-back") expect(now.deploymentId).not.toBe(deploymentId);
      expect(["deployed", "rolled-back", "superseded", "failed", "timed-out"]).toContain(outcome);

      const changes = aws.operations().filter((operation) => changing.test(operation));
      expect(changes.slice(0, 2)).toEqual(["RegisterTaskDefinition", "UpdateService"]);
      expect(changes.slice(2).filter((operation) => operation !== "StopServiceDeployment")).toEqual([]);
      expect(changes.length).toBeLessThanOrEqual(input["on-failure"] === "leave" ? 2 : 3);
    }),
    runs(500),
  );
});
