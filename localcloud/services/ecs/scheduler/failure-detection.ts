/** What fails a deployment: an alarm, or the circuit breaker. */
import type { AlarmSource } from "../../cloudwatch/alarm-source.ts";
import type { Deployment, EcsService } from "../state.ts";
import { breakerFailure, breakerThreshold, isBreakerEnabled } from "./circuit-breaker.ts";
import { alarmFailure, alarmsAgainst } from "./deployment-alarms.ts";
import type { DeploymentFailure } from "./deployment-failure.ts";

/** Why the PRIMARY deployment has to fail now, noted in its service deployment; undefined where it goes on. */
export function detectFailure(
  service: EcsService,
  primary: Deployment,
  alarms: AlarmSource,
): DeploymentFailure | undefined {
  if (service.status !== "ACTIVE" || primary.rolloutState !== "IN_PROGRESS") return undefined;
  return byAlarm(primary, alarms) ?? byBreaker(service, primary);
}

function byAlarm(primary: Deployment, alarms: AlarmSource): DeploymentFailure | undefined {
  const triggered = alarmsAgainst(alarms, primary);
  if (triggered.length === 0) return undefined;
  primary.record.alarms.triggered = triggered;
  return alarmFailure(primary);
}

function byBreaker({ settings, history: [newest] }: EcsService, primary: Deployment): DeploymentFailure | undefined {
  if (!isBreakerEnabled(settings) || primary.failedTasks < breakerThreshold(settings.desiredCount)) return undefined;
  // That of a rollback is the newest, too: what it goes back to was over long ago.
  if (newest !== undefined) newest.breaker.triggered = true;
  return breakerFailure(settings);
}
