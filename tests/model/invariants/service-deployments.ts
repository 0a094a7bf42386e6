/**
 * What the service-deployment APIs show, beside what DescribeServices shows.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
 */
import { isDeepStrictEqual } from "node:util";
import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import { deploymentsOf, primaryOf, type ServiceView, sameService } from "../snapshot.ts";
import { first, type Invariant } from "./invariant.ts";

const UNDER_WAY = ["IN_PROGRESS", "ROLLBACK_IN_PROGRESS"];
const TRANSITIONS = [
  "IN_PROGRESS SUCCESSFUL",
  "IN_PROGRESS STOPPED",
  "IN_PROGRESS ROLLBACK_IN_PROGRESS",
  "IN_PROGRESS ROLLBACK_FAILED",
  "ROLLBACK_IN_PROGRESS ROLLBACK_SUCCESSFUL",
  // Where the tasks that it goes back to are all still there, or none is wanted, a rollback is over at once.
  "IN_PROGRESS ROLLBACK_SUCCESSFUL",
  "ROLLBACK_IN_PROGRESS ROLLBACK_FAILED",
  // Superseded, or deleted with its service.
  "ROLLBACK_IN_PROGRESS STOPPED",
];

/** A service deployment moves as documented; what is finished does not change any more. */
export const records: Invariant = {
  name: "service deployment states",
  start: () => (now, before) =>
    first(now.services, (service) => {
      const earlier = new Map(
        sameService(before, service)?.records.map((record) => [record.serviceDeploymentArn, record]),
      );
      return first(service.records, (record) => {
        const was = earlier.get(record.serviceDeploymentArn);
        return was === undefined ? begun(record, service) : moved(record, was);
      });
    }),
};

/** Where no task is wanted, there is nothing to wait for. */
function begun({ serviceDeploymentArn, status }: ServiceDeployment, { shape }: ServiceView): string | undefined {
  if (status === "IN_PROGRESS" || (status === "SUCCESSFUL" && shape.desiredCount === 0)) return undefined;
  return `${serviceDeploymentArn} began as ${status}`;
}

function moved(record: ServiceDeployment, earlier: ServiceDeployment): string | undefined {
  const { serviceDeploymentArn: arn, status = "" } = record;
  if (UNDER_WAY.includes(status) !== (record.finishedAt === undefined))
    return `${arn} is ${status} and finished at ${record.finishedAt?.toISOString()}`;
  const from = earlier.status ?? "";
  if (from !== status)
    return TRANSITIONS.includes(`${from} ${status}`) ? undefined : `${arn} went from ${from} to ${status}`;
  if (UNDER_WAY.includes(status)) return undefined;
  const changed = HISTORY.find((part) => !isDeepStrictEqual(record[part], earlier[part]));
  if (changed === undefined) return undefined;
  return `${arn} is ${status}, and its ${changed} became ${JSON.stringify(record[changed])} after ${JSON.stringify(earlier[changed])}`;
}

/** Of a finished service deployment; the counts of its revisions are those of the present. */
const HISTORY = ["statusReason", "updatedAt", "finishedAt", "deploymentCircuitBreaker", "alarms", "rollback"] as const;

/** At most the newest service deployment is under way, and it is so exactly while the PRIMARY deployment is IN_PROGRESS. */
export const agreement: Invariant = {
  name: "service deployments agree with deployments",
  start: () => (now) =>
    first(now.services, (service) => {
      const [newest, ...others] = service.records;
      const left = others.find(({ status = "" }) => UNDER_WAY.includes(status));
      if (left !== undefined) return `${left.serviceDeploymentArn} is ${left.status}, and it is not the newest one`;
      if (service.shape.status !== "ACTIVE") return undefined;
      const primary = primaryOf(service);
      const expected = EXPECTED[primary?.rolloutState ?? ""] ?? [];
      if (!expected.includes(newest?.status ?? ""))
        return `the PRIMARY deployment is ${primary?.rolloutState}, and its service deployment ${newest?.status}`;
      return ofPrimary(service, newest);
    }),
};

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  IN_PROGRESS: UNDER_WAY,
  COMPLETED: ["SUCCESSFUL", "ROLLBACK_SUCCESSFUL"],
  FAILED: ["STOPPED", "ROLLBACK_FAILED"],
};

/** What is deployed is the target of the newest service deployment, or what that one goes back to. */
function ofPrimary(service: ServiceView, newest: ServiceDeployment | undefined): string | undefined {
  const { arn } = service.revisions.get(primaryOf(service)?.id ?? "") ?? {};
  const deployed = newest?.rollback?.serviceRevisionArn ?? newest?.targetServiceRevision?.arn;
  return arn === deployed
    ? undefined
    : `the PRIMARY deployment is ${arn}, and the service deployment is about ${deployed}`;
}

/** A rollback goes back to the revision that was COMPLETED last, which is listed among the deployments. */
export const rollbackTarget: Invariant = {
  name: "rollback target",
  start: () => {
    const lastCompleted = new Map<string, string>();
    return (now) =>
      first(now.services, (service) => {
        const key = `${service.shape.serviceArn} ${service.shape.createdAt?.getTime()}`;
        const rollingBack = service.records.find(({ status }) => status === "ROLLBACK_IN_PROGRESS");
        const expected = lastCompleted.get(key);
        const done = deploymentsOf(service).find(
          ({ status, rolloutState }) => status === "PRIMARY" && rolloutState === "COMPLETED",
        );
        const arn = service.revisions.get(done?.id ?? "")?.arn;
        if (arn !== undefined) lastCompleted.set(key, arn);
        if (rollingBack === undefined || rollingBack.rollback?.serviceRevisionArn === expected) return undefined;
        return `${rollingBack.serviceDeploymentArn} goes back to ${rollingBack.rollback?.serviceRevisionArn}; last COMPLETED was ${expected}`;
      });
  },
};
