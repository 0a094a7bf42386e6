import type { Clock } from "../../../clock.ts";
import type { Repository } from "../repository.ts";
import { artifactsOf, expirations } from "./expirations.ts";

/**
 * "You should expect that images become expired within 24 hours after they meet the expiration criteria": once a day
 * for those that grow old, and soon after a push or a new policy, so that a rehearsal sees it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
const DAILY_MS = 24 * 60 * 60 * 1000;
const SOON_MS = 60 * 1000;

interface Planned {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly cancel: () => void;
}

/** When the lifecycle policies of the repositories run. */
export class LifecycleSchedule {
  readonly #clock: Clock;
  readonly #planned = new Map<Repository, Planned>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** After anything that may give a repository's policy something to do. */
  soon(repository: Repository): void {
    if (repository.lifecyclePolicy !== undefined) this.#plan(repository, SOON_MS);
  }

  /** The repository, or its policy, is gone. */
  end(repository: Repository): void {
    this.#planned.get(repository)?.cancel();
    this.#planned.delete(repository);
  }

  #plan(repository: Repository, ms: number): void {
    const at = this.#clock.now() + ms;
    const before = this.#planned.get(repository);
    if (before !== undefined && before.at <= at) return;
    before?.cancel();
    this.#planned.set(repository, { at, cancel: this.#clock.after(ms, () => this.#run(repository)) });
  }

  #run(repository: Repository): void {
    this.#planned.delete(repository);
    const policy = repository.lifecyclePolicy;
    if (policy === undefined) return;
    const now = this.#clock.now();
    for (const { image } of expirations(repository, policy.rules, now)) removeWithArtifacts(repository, image.digest);
    policy.lastEvaluatedAt = now;
    this.#plan(repository, DAILY_MS);
  }
}

function removeWithArtifacts(repository: Repository, digest: string): void {
  repository.remove(digest);
  for (const artifact of artifactsOf(repository, digest)) removeWithArtifacts(repository, artifact.digest);
}
