/** The awslogs log driver: a container's output as CloudWatch log events. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
import type { LogConfiguration } from "@aws-sdk/client-ecs";
import type { Clock } from "../../../clock.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import { StartFailure } from "./start-failure.ts";

/** CloudWatch Logs, as far as the log driver writes to it. */
export interface LogSink {
  createGroup(logGroup: string): void;
  /** @throws {AwsError} `ResourceNotFoundException` for a group, `ResourceAlreadyExistsException` for a stream. */
  createStream(logGroup: string, logStream: string): void;
  put(logGroup: string, logStream: string, timestamp: number, message: string): void;
}

export type Output = (line: string) => void;

/**
 * Opens a container's log stream.
 * @throws {StartFailure} `ResourceInitializationError` where the log group is missing.
 */
export function openLog(
  configuration: LogConfiguration | undefined,
  { container, taskId }: { container: string; taskId: string },
  { logs, clock }: { logs: LogSink; clock: Clock },
): Output {
  if (configuration === undefined) return () => {};
  if (configuration.logDriver !== "awslogs")
    throw new StartFailure(
      `ResourceInitializationError: the local cloud has no log driver ${configuration.logDriver}, only awslogs`,
    );
  const options = configuration.options ?? {};
  const group = options["awslogs-group"] ?? "";
  const stream = `${options["awslogs-stream-prefix"] ?? "ecs"}/${container}/${taskId}`;
  try {
    if (options["awslogs-create-group"] === "true")
      ignoring("ResourceAlreadyExistsException", () => logs.createGroup(group));
    logs.createStream(group, stream);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StartFailure(
      `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${error.code}: ${error.message} : exit status 1`,
    );
  }
  return (line) => ignoring("ResourceNotFoundException", () => logs.put(group, stream, clock.now(), line));
}

/** A group that is there already needs no making; one that is deleted under a running task gets no more lines. */
function ignoring(code: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== code) throw error;
  }
}
