/** Revisions whose tasks never start to serve. */
import type { Failure } from "./failure.ts";
import { capacityFailures } from "./start-capacity.failures.ts";
import { exitFailures } from "./start-exits.failures.ts";
import { healthFailures } from "./start-health.failures.ts";
import { imageFailures } from "./start-image.failures.ts";
import { resourceFailures } from "./start-resources.failures.ts";

export const startFailures: readonly Failure[] = [
  ...imageFailures,
  ...exitFailures,
  ...healthFailures,
  ...resourceFailures,
  ...capacityFailures,
];
