/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html */
import type { AlarmSource } from "../../cloudwatch/alarm-source.ts";
import type { Deployment, EcsService, EcsState, ServiceDeploymentRecord, ServiceSettings } from "../state.ts";
import type { DeploymentFailure } from "./deployment-failure.ts";

type AlarmMonitor = ServiceDeploymentRecord["alarms"];

/** An alarm that is in ALARM already switches the check off for the whole deployment, so that a repair gets through. */
export function alarmMonitor(source: AlarmSource, { deploymentConfiguration }: ServiceSettings): AlarmMonitor {
  const { enable = false, alarmNames: names = [] } = deploymentConfiguration.alarms ?? {};
  return { names, monitored: enable && inAlarm(source, names).length === 0, triggered: [] };
}

/** The alarms for which the deployment has to fail. */
export function alarmsAgainst(source: AlarmSource, { record }: Deployment): string[] {
  return isWatched(record) ? inAlarm(source, record.alarms.names) : [];
}

/** Milliseconds from the time that only the new tasks run to COMPLETED. */
export function bakeMs(source: AlarmSource, { record }: Deployment): number {
  const { bakeTimeInMinutes } = record.target.settings.deploymentConfiguration;
  if (bakeTimeInMinutes !== undefined) return bakeTimeInMinutes * 60_000;
  if (!record.alarms.monitored) return 0;
  return Math.max(0, ...record.alarms.names.map((name) => source.find(name)?.evaluationMs ?? 0));
}

export function alarmFailure({ record }: Deployment): DeploymentFailure {
  const reason = "ECS deployment failed: alarm detected.";
  return {
    event: "alarm detected.",
    reason,
    statusReason: reason,
    detector: "ECS deployment alarm",
    rollsBack: record.target.settings.deploymentConfiguration.alarms?.rollback === true,
  };
}

/** Has `look` look at each service whose deployment may fail by an alarm that changed. The returned function ends it. */
export function watchAlarms(source: AlarmSource, state: EcsState, look: (service: EcsService) => void): () => void {
  return source.onChange((name) => {
    for (const cluster of state.clusters.values())
      for (const service of cluster.services.values()) {
        const record = service.deployments[0]?.record;
        if (record !== undefined && isWatched(record) && record.alarms.names.includes(name)) look(service);
      }
  });
}

/** Only while the deployment itself is under way, not while it is rolled back. */
function isWatched({ status, alarms }: ServiceDeploymentRecord): boolean {
  return status === "IN_PROGRESS" && alarms.monitored;
}

function inAlarm(source: AlarmSource, names: readonly string[]): string[] {
  return names.filter((name) => source.find(name)?.state === "ALARM");
}
