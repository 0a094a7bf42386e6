/** For tests: CloudWatch Logs on a clock that stands still, called as the gateway calls it. */
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "vitest";
import { ManualClock } from "../../clock.ts";
import { call } from "../../gateway/call.fixture.ts";
import { logsService } from "./operations.ts";
import { LogStore } from "./store.ts";

export const start = Date.UTC(2026, 0, 1);
export const dayMs = 24 * 60 * 60 * 1000;
export const groupArn = "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/web";

type Inputs = {
  [Operation in keyof CloudWatchLogs]: CloudWatchLogs[Operation] extends (
    input: infer Input,
    options: never,
    callback: never,
  ) => void
    ? Input
    : never;
};

export class LogsFixture {
  readonly clock = new ManualClock(start);
  readonly store = new LogStore(this.clock);

  // biome-ignore lint/suspicious/noExplicitAny: what each operation answers is what its test looks at.
  async call<Operation extends keyof Inputs>(operation: Operation, input: Inputs[Operation]): Promise<any> {
    const name = operation.charAt(0).toUpperCase() + operation.slice(1);
    return logsService(this.store).operations[name]?.(input, call);
  }

  /** Makes the group `/ecs/web` with the stream `web/one` and these events in it. */
  async web(...events: [timestamp: number, message: string][]): Promise<void> {
    this.store.createGroup("/ecs/web");
    this.store.createStream("/ecs/web", "web/one");
    for (const [timestamp, message] of events) this.store.put("/ecs/web", "web/one", timestamp, message);
  }
}

/** Matches an AWS error with this code and message. */
export function failing(code: string, message: string | RegExp) {
  return expect.objectContaining({
    code,
    message: typeof message === "string" ? message : expect.stringMatching(message),
  });
}
