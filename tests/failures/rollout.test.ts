import { describeFailures } from "./expect-failure.ts";
import { alarmFailures } from "./rollout-alarm.failures.ts";
import { breakerFailures } from "./rollout-breaker.failures.ts";
import { endFailures } from "./rollout-ends.failures.ts";
import { killedFailures } from "./rollout-killed.failures.ts";
import { othersFailures } from "./rollout-others.failures.ts";
import { severalFailures } from "./rollout-several.failures.ts";

// The longest first: the others run meanwhile.
describeFailures([
  ...endFailures,
  ...breakerFailures,
  ...alarmFailures,
  ...othersFailures,
  ...killedFailures,
  ...severalFailures,
]);
