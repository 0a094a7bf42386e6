import type { Clock } from "../../../clock.ts";
import type { Runtime } from "../../../runtime/runtime.ts";
import type { Container, Task } from "../state.ts";
import type { LogSink } from "./awslogs.ts";
import type { SecretSource } from "./secret-source.ts";

/** What the agent works with, and what it reports to. */
export interface AgentDependencies {
  readonly runtime: Runtime;
  readonly logs: LogSink;
  /** Measures AWS's waits; may run faster than real time. */
  readonly clock: Clock;
  /** Measures what containers really do (a health check's timeout, the stop timeout). `clock` where it is left out. */
  readonly deadlines?: Clock;
  readonly region: string;
  readonly secrets: SecretSource;
  /** Where the containers of a task ask for metadata; the address is the container's secret. */
  metadataUri(task: Task, container: Container): string;
  /** The variables by which the containers of a task get the credentials of its task role; none without such a role. */
  roleEnvironment(task: Task): Readonly<Record<string, string>>;
  /** Called with what no part of the agent should throw. */
  onBug(error: unknown, what: string): void;
}
