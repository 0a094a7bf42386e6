/** Why a deployment fails, in the words in which ECS says it, and whether the service goes back. */
export interface DeploymentFailure {
  /** As the event says it, after `deployment failed: `. */
  readonly event: string;
  readonly reason: string;
  /** What the reason of the rollback begins with. */
  readonly detector: string;
  readonly rollsBack: boolean;
}
