import type { Clock } from "../../../clock.ts";
import type { Runtime } from "../../../runtime/runtime.ts";
import type { Container, Task } from "../state.ts";
import type { LogSink } from "./awslogs.ts";

/** What the agent works with, and what it reports to. */
export interface AgentDependencies {
  readonly runtime: Runtime;
  readonly logs: LogSink;
  readonly clock: Clock;
  readonly region: string;
  /** Where the containers of a task ask for metadata; the address is the container's secret. */
  metadataUri(task: Task, container: Container): string;
  /** Called with what no part of the agent should throw. */
  onBug(error: unknown, what: string): void;
}
