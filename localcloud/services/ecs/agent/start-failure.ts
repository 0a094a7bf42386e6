/** Why a task could not be started, as its `stoppedReason` says it. */
export class StartFailure extends Error {
  /** The container that failed, where it was one. */
  readonly container: string | undefined;

  constructor(stoppedReason: string, container?: string) {
    super(stoppedReason);
    this.container = container;
  }
}
