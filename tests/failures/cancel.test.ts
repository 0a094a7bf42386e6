import { cancelFailures, explainingFailures } from "./cancel.failures.ts";
import { describeFailures } from "./expect-failure.ts";

describeFailures([...cancelFailures, ...explainingFailures]);
