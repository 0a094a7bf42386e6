/** Why a deployment fails, in the words in which ECS says it, and whether the service goes back. */
export interface DeploymentFailure {
  /** As the event says it, after `deployment failed: `. */
  readonly event: string;
  readonly reason: string;
  /** Of the service deployment. */
  readonly statusReason: string;
  /** What the reason of the rollback begins with. */
  readonly detector: string;
  readonly rollsBack: boolean;
}

/** Somebody stopped it; that rolls back whatever the service's own settings are. ECS's words for it are assumed. */
export const STOPPED_BY_USER: DeploymentFailure = {
  event: "stopped by a user.",
  reason: "ECS deployment failed: stopped by a user.",
  statusReason: "Service deployment rolled back because a user stopped it.",
  detector: "ECS deployment stopped",
  rollsBack: true,
};
