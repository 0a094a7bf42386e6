/** A way in which a release goes wrong: how it comes about, and what its user must then see. */
import type { RuntimeKind } from "../../demo/cli.ts";
import type { FailureRun, FailureStage, StageSettings } from "./failure-stage.fixture.ts";
import type { Release } from "./release.ts";

/** What the user is told, and what was changed. */
export interface Seen {
  /** `outcome` of the result, or the code of the error. */
  readonly outcome: string;
  /** 0 where what happened meanwhile does no harm. */
  readonly exitCode: 0 | 1 | 2;
  readonly cause?: string;
  /** One sentence; left out where nothing failed. */
  readonly why?: RegExp;
  /** Names the resource; left out where nothing failed. */
  readonly fix?: RegExp;
  /** What is shown for it, each on lines of its own; left out where there is none. */
  readonly evidence?: EvidenceSeen;
  /** How the result says things were left (`now`), or what the error says of it. */
  readonly now?: RegExp;
  /** The mutating calls of the run, in order, the refused ones too. */
  readonly mutating: readonly string[];
  /** What else there is to see afterwards. */
  readonly besides?: (stage: FailureStage, run: FailureRun) => Promise<void>;
}

/** Of a diagnosis, as text: what a pattern must be found in. */
export interface EvidenceSeen {
  /** `STOP_CODE REASON` of each task, and of each of its containers ` NAME EXIT_CODE REASON`. */
  readonly tasks?: RegExp;
  /** `STATE REASON_CODE DESCRIPTION` of each target. */
  readonly targets?: RegExp;
  readonly events?: RegExp;
  readonly logs?: RegExp;
  /** What is missing, and why. */
  readonly notes?: RegExp;
}

export interface Failure extends StageSettings {
  /** As docs/reliability.md lists it: `image missing`; its trace is named after it (record-trace.ts). */
  readonly name: string;
  /** What it is tried with: containers of an engine only where they fail in another way than processes. */
  readonly runtimes: readonly RuntimeKind[];
  /** Makes it go wrong. The service is there and settled on a good release. */
  readonly release: (stage: FailureStage) => Promise<Release>;
  readonly seen: Seen;
}
