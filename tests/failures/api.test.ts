import { connectionFailures, rollbackFailures } from "./api-connection.failures.ts";
import { endpointFailures } from "./api-endpoint.failures.ts";
import { errorFailures } from "./api-errors.failures.ts";
import { skewFailures, waitingFailures } from "./api-time.failures.ts";
import { describeFailures } from "./expect-failure.ts";
import { describeFailuresTogether } from "./expect-together.ts";

describeFailures([...waitingFailures, ...errorFailures, ...rollbackFailures]);
describeFailuresTogether([...connectionFailures, ...skewFailures, ...endpointFailures]);
