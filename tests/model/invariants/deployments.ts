/** What DescribeServices shows of a service's deployments. */
import type { Deployment } from "@aws-sdk/client-ecs";
import { deploymentsOf, primaryOf, type ServiceView, type Snapshot, sameService } from "../snapshot.ts";
import { first, type Invariant } from "./invariant.ts";

export const onePrimary: Invariant = {
  name: "one PRIMARY",
  start: () => (now) =>
    first(now.services, (service) => {
      const { status, serviceName } = service.shape;
      const count = deploymentsOf(service).filter((deployment) => deployment.status === "PRIMARY").length;
      const [least, most] = status === "ACTIVE" ? [1, 1] : status === "DRAINING" ? [0, 1] : [0, 0];
      if (count >= least && count <= most) return undefined;
      return `${serviceName} is ${status} and has ${count} PRIMARY deployments`;
    }),
};

/** A service counts what its deployments have, and each of them what is RUNNING or on its way there. */
export const counts: Invariant = {
  name: "counts",
  start: () => (now) =>
    first(now.services, (service) => {
      const { shape, tasks } = service;
      const every = [{ ...shape, id: shape.serviceName }, ...deploymentsOf(service)];
      return first(every, ({ id, runningCount, pendingCount }) => {
        const own = id === shape.serviceName ? tasks : tasks.filter(({ startedBy }) => startedBy === id);
        const running = own.filter(({ lastStatus }) => lastStatus === "RUNNING").length;
        const pending = own.filter(({ lastStatus = "" }) => PENDING.includes(lastStatus)).length;
        if (runningCount === running && pendingCount === pending) return undefined;
        return `${id} shows ${runningCount} RUNNING and ${pendingCount} PENDING tasks, and has ${running} and ${pending}`;
      });
    }),
};

const PENDING = ["PROVISIONING", "PENDING", "ACTIVATING"];

/** The PRIMARY deployment wants what the service wants, the others nothing any more. */
export const desiredCounts: Invariant = {
  name: "desired counts",
  start: () => (now) =>
    first(now.services, (service) =>
      first(deploymentsOf(service), ({ id, status, desiredCount }) => {
        const wanted = status === "PRIMARY" ? service.shape.desiredCount : 0;
        return desiredCount === wanted ? undefined : `${status} ${id} wants ${desiredCount} tasks instead of ${wanted}`;
      }),
    ),
};

/**
 * IN_PROGRESS becomes COMPLETED or FAILED. COMPLETED is left only by a rollback to it, which makes it the PRIMARY one
 * again; FAILED is never left.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
 */
export const rolloutStates: Invariant = {
  name: "rollout states",
  start: () => (now, before) =>
    first(now.services, (service) =>
      first(deploymentsOf(service), (deployment) => {
        const earlier = sameDeployment(before, service, deployment);
        return earlier === undefined ? began(deployment, service) : moved(deployment, earlier, service);
      }),
    ),
};

/** Where no task is wanted, there is nothing to wait for. */
function began({ id, rolloutState }: Deployment, { shape }: ServiceView): string | undefined {
  if (rolloutState === "IN_PROGRESS" || (rolloutState === "COMPLETED" && shape.desiredCount === 0)) return undefined;
  return `${id} began as ${rolloutState}`;
}

const TRANSITIONS = ["IN_PROGRESS COMPLETED", "IN_PROGRESS FAILED"];

function moved(deployment: Deployment, earlier: Deployment, service: ServiceView): string | undefined {
  const { id = "", rolloutState, rolloutStateReason } = deployment;
  const promoted = deployment.status === "PRIMARY" && earlier.status !== "PRIMARY";
  if (promoted && service.records[0]?.rollback?.serviceRevisionArn !== service.revisions.get(id)?.arn)
    return `${id} became PRIMARY again without a rollback to it`;
  const from = earlier.rolloutState;
  const allowed = promoted
    ? from !== "FAILED"
    : from === rolloutState || TRANSITIONS.includes(`${from} ${rolloutState}`);
  return allowed ? undefined : `${id} went from ${from} to ${rolloutState} (${rolloutStateReason})`;
}

/** COMPLETED comes when no task of an older deployment is left, the draining ones included, and every new one is there. */
export const completed: Invariant = {
  name: "COMPLETED after drain",
  start: () => (now, before) =>
    first(now.services, (service) => {
      const primary = primaryOf(service);
      if (primary?.rolloutState !== "COMPLETED") return undefined;
      const already = sameDeployment(before, service, primary)?.rolloutState === "COMPLETED";
      return already ? undefined : tooEarly(service, primary);
    }),
};

function tooEarly(service: ServiceView, { id, runningCount }: Deployment): string | undefined {
  const old = service.tasks.find(({ startedBy }) => startedBy !== id);
  if (old !== undefined) return `${id} is COMPLETED, and task ${old.taskArn} of ${old.startedBy} is ${old.lastStatus}`;
  if (deploymentsOf(service).length !== 1) return `${id} is COMPLETED, and an older deployment is listed`;
  if (runningCount === service.shape.desiredCount) return undefined;
  return `${id} is COMPLETED with ${runningCount} of ${service.shape.desiredCount} tasks`;
}

function sameDeployment(before: Snapshot, service: ServiceView, { id }: Deployment): Deployment | undefined {
  const earlier = sameService(before, service);
  return earlier && deploymentsOf(earlier).find((deployment) => deployment.id === id);
}
