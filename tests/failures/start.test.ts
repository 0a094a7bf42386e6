import { describeFailures } from "./expect-failure.ts";
import { startFailures } from "./start.failures.ts";

describeFailures(startFailures);
