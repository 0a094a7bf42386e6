import type { ReadFile } from "../platform/read-up-to.ts";
import type { Run } from "../platform/run.ts";
import type { BegunDeployment } from "./begun.ts";
import type { ResultFacts } from "./make-result.ts";
import type { ServiceReadings } from "./service-readings.ts";

/** What a deployment is given besides clients and input. */
export interface DeployRun extends Run {
  /** Hears of each deployment before it is waited for: who is killed while waiting can find it again. */
  readonly begun?: (deployment: BegunDeployment) => Promise<void>;
  /** Reads the task definition file; from the disk where it is left out. */
  readonly read?: ReadFile;
  /** Spreads the readings: from 0 to 1; `Math.random` where it is left out. */
  readonly random?: () => number;
}

/** What a run knows of one service. */
export interface Facts extends ResultFacts {
  readonly run: DeployRun;
  readonly readings: ServiceReadings;
}
