import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { ErrorCode } from "../platform/error-codes.ts";
import type { Change } from "../task-definition/diff.ts";
import type { TaskCounts } from "./events.ts";
import type { Proof } from "./proof.ts";

type Outcome =
  /** The deployment is under way; waiting for it was not asked for. */
  | "started"
  /** The service already runs exactly this: nothing was changed. */
  | "unchanged"
  | "deployed"
  | "rolled-back"
  /** A newer deployment took over. */
  | "superseded"
  | "failed"
  | "timed-out"
  /** The run was ended from outside; what was begun goes on. */
  | "cancelled";

/** What came of a deployment: the one truth that text, summaries, outputs and `--json` are made from. */
export interface DeployResult {
  readonly outcome: Outcome;
  readonly service: string;
  readonly cluster: string;
  readonly region: string;
  readonly strategy: string;
  /** The revision that was deployed, `undefined` where none was registered. */
  readonly taskDefinitionArn: string | undefined;
  /** What was PRIMARY when the run began. */
  readonly previousTaskDefinitionArn: string | undefined;
  readonly deploymentId: string | undefined;
  /** `undefined` where the current revision may not be read. */
  readonly changes: readonly Change[] | undefined;
  /** What was changed of the service's own settings, by UpdateService's names. */
  readonly settings: readonly Change[];
  readonly proof: Proof;
  /** Milliseconds from the start of the run to its verdict. */
  readonly durationMs: number;
  /** What the service is made of at the end. */
  readonly now: ServiceNow;
  /** Why the verdict is what it is, in AWS's words where there are any; empty where nothing needs saying. */
  readonly reason: string;
  /** A run that was cancelled has asked Amazon ECS to roll the deployment back. */
  readonly rollbackRequested: boolean;
  /** Set for every outcome that is not what was asked for. */
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly remedy: string } | undefined;
  readonly diagnosis: Diagnosis | undefined;
  readonly notes: readonly string[];
  /** How the counts of tasks changed while the deployment was watched; empty where it was not. */
  readonly timeline: readonly Moment[];
  /**
   * Each service's own result, where several were deployed to: all else here is then of the one that ended worst, and
   * the error tells of all.
   */
  readonly services?: readonly DeployResult[];
}

/** A change of the counts, as it was seen. */
export interface Moment {
  /** Milliseconds since the run began. */
  readonly atMs: number;
  /** The deployment that was followed. */
  readonly ours: TaskCounts;
  /** All other deployments of the service together. */
  readonly others: TaskCounts;
}

export interface ServiceNow {
  /** ACTIVE, or what is left of a service that was deleted: DRAINING, INACTIVE. */
  readonly status: string;
  readonly taskDefinitionArn: string | undefined;
  readonly deploymentId: string | undefined;
  readonly rolloutState: string | undefined;
  readonly running: number;
  readonly desired: number;
  /** What runs of other deployments, which the newest has not replaced. */
  readonly others: readonly { readonly taskDefinitionArn: string; readonly running: number }[];
}

/** Whether it ended as asked: what exit codes and red marks follow. */
export function succeeded({ outcome, proof }: DeployResult): boolean {
  return ["started", "unchanged", "deployed"].includes(outcome) && proof.status !== "contradicted";
}
