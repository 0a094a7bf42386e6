import { describeFailures } from "./expect-failure.ts";
import { describeFailuresTogether } from "./expect-together.ts";
import { inputFailures } from "./inputs.failures.ts";
import { accessFailures } from "./inputs-access.failures.ts";
import { emptyFailures } from "./inputs-empty.failures.ts";
import { imageFailures } from "./inputs-image.failures.ts";
import { keyFailures } from "./inputs-keys.failures.ts";
import { preflightFailures } from "./inputs-preflight.failures.ts";

describeFailuresTogether([...inputFailures, ...imageFailures, ...emptyFailures, ...keyFailures, ...preflightFailures]);
describeFailures(accessFailures);
