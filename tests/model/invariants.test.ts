/** Each invariant can fail: of a service that runs as it should, something is changed that may not be so. */
import type { Deployment, Task } from "@aws-sdk/client-ecs";
import { beforeAll, describe, expect, it } from "vitest";
import { INVARIANTS } from "./invariants/all.ts";
import { Observer } from "./observe.ts";
import { perform } from "./perform.ts";
import { deploymentsOf, type ServiceView, type Snapshot } from "./snapshot.ts";
import { type CreateStep, SERVICES } from "./steps.ts";
import { World } from "./world.ts";

const CREATE: CreateStep = {
  step: "create",
  service: SERVICES[0],
  revision: { image: "good", healthCheck: true, besides: "nothing" },
  desiredCount: 2,
  targetGroups: 1,
  graceSeconds: 60,
  deployment: {
    minimumHealthyPercent: 100,
    maximumPercent: 100,
    breaker: "rollback",
    alarms: "off",
    bakeTimeInMinutes: 0,
  },
};

let before: Snapshot;
beforeAll(async () => {
  const world = new World(() => {});
  const observer = new Observer(world);
  await perform(world, CREATE);
  await world.clock.advance(120_000);
  before = observer.observe(world.clock.now());
  await world.close();
});

type Change = (service: ServiceView) => ServiceView;

const ofShape =
  (change: (shape: ServiceView["shape"]) => ServiceView["shape"]): Change =>
  (service) => ({ ...service, shape: change(service.shape) });

const ofDeployment = (change: Partial<Deployment>): Change =>
  ofShape((shape) => ({ ...shape, deployments: shape.deployments?.map((one) => ({ ...one, ...change })) }));

const ofFirstTask =
  (change: Partial<Task>): Change =>
  (service) => ({ ...service, tasks: service.tasks.map((task, nth) => (nth === 0 ? { ...task, ...change } : task)) });

const anotherTask =
  (change: Partial<Task>): Change =>
  (service) => {
    const task = { ...service.tasks[0], taskArn: "another", containers: [], ...change };
    const shape = { ...service.shape, runningCount: 3 };
    return { ...service, shape, tasks: [...service.tasks, task] };
  };

const scaledIn = {
  desiredStatus: "STOPPED",
  lastStatus: "DEACTIVATING",
  stopCode: "ServiceSchedulerInitiated",
  stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)",
} as const;

const broken: readonly { readonly what: string; readonly named: string; readonly change: Change }[] = [
  { what: "a task of no deployment", named: "task without owner", change: ofFirstTask({ startedBy: "ecs-svc/1" }) },
  { what: "a target whose task has stopped", named: "target without task", change: (one) => ({ ...one, tasks: [] }) },
  { what: "a second PRIMARY deployment", named: "one PRIMARY", change: twice({ id: "ecs-svc/1" }) },
  { what: "a count that no task makes up", named: "counts", change: ofDeployment({ runningCount: 3 }) },
  { what: "a deployment that wants more", named: "desired counts", change: ofDeployment({ desiredCount: 3 }) },
  { what: "COMPLETED that fails", named: "rollout states", change: ofDeployment({ rolloutState: "FAILED" }) },
  {
    what: "a service deployment that begins again",
    named: "service deployment states",
    change: (one) => ({
      ...one,
      records: one.records.map((record) => ({ ...record, status: "IN_PROGRESS" as const })),
    }),
  },
  {
    what: "a service deployment that stopped while the deployment is COMPLETED",
    named: "service deployments agree with deployments",
    change: (one) => ({ ...one, records: one.records.map((record) => ({ ...record, status: "STOPPED" as const })) }),
  },
  {
    what: "a rollback to a revision that never ran",
    named: "rollback target",
    change: (one) => ({
      ...one,
      records: one.records.map((record) => ({
        ...record,
        status: "ROLLBACK_IN_PROGRESS" as const,
        rollback: { serviceRevisionArn: "never" },
      })),
    }),
  },
  { what: "a healthy task that is stopped at the floor", named: "floor", change: ofFirstTask(scaledIn) },
  { what: "a task too many", named: "ceiling", change: anotherTask({}) },
  { what: "a task of an old deployment", named: "starts", change: anotherTask({ startedBy: "ecs-svc/1" }) },
  {
    what: "a task that was unhealthy too soon",
    named: "grace period",
    change: ofFirstTask({ stoppingAt: new Date(0), stoppedReason: "Task failed container health checks" }),
  },
  { what: "a failure that no task made", named: "failed tasks", change: ofDeployment({ failedTasks: 1 }) },
  {
    what: "a deployment that goes on",
    named: "circuit breaker",
    change: ofDeployment({ failedTasks: 3, rolloutState: "IN_PROGRESS" }),
  },
  {
    what: "an event that is gone",
    named: "events",
    change: ofShape((shape) => ({ ...shape, events: shape.events?.slice(1) })),
  },
];

function twice(change: Partial<Deployment>): Change {
  return ofShape((shape) => ({
    ...shape,
    deployments: [...(shape.deployments ?? []), ...(shape.deployments ?? []).map((one) => ({ ...one, ...change }))],
  }));
}

describe("the invariants", () => {
  it("hold for a service that runs as it should", () => {
    expect(before.services.map(deploymentsOf)).toMatchObject([[{ rolloutState: "COMPLETED", runningCount: 2 }]]);
    expect(before.targets.map(({ state }) => state)).toEqual(["healthy", "healthy"]);
    expect(violated(before)).toEqual([]);
  });

  it.each(broken)("see $what", ({ named, change }) => {
    const services = before.services.map(change);
    expect(violated({ ...before, services })).toContain(named);
  });

  it("see a RUNNING task without its target, one that stops while it drains, and COMPLETED too early", () => {
    expect(violated({ ...before, targets: [] })).toContain("task without target");
    const services = before.services.map(ofFirstTask({ ...scaledIn, lastStatus: "STOPPING" }));
    const targets = before.targets.map((target) => ({ ...target, state: "draining" }));
    expect(violated({ ...before, services, targets })).toContain("stopped before it drained");
    const early = before.services.map(anotherTask({ startedBy: "ecs-svc/1" }));
    const was = before.services.map(ofDeployment({ rolloutState: "IN_PROGRESS" }));
    expect(violated({ ...before, services: early }, { ...before, services: was })).toContain("COMPLETED after drain");
  });

  it("are all tried here", () => {
    const besides = ["task without target", "stopped before it drained", "COMPLETED after drain"];
    expect([...broken.map(({ named }) => named), ...besides].sort()).toEqual(INVARIANTS.map(({ name }) => name).sort());
  });
});

/** The names of the invariants that do not hold for `now` after `earlier`. */
function violated(now: Snapshot, earlier: Snapshot = before): string[] {
  return INVARIANTS.filter(({ start }) => {
    const check = start();
    check(earlier, earlier);
    return check(now, earlier) !== undefined;
  }).map(({ name }) => name);
}
