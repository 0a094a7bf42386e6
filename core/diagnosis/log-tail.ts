import { optional } from "../platform/aws/failures.ts";
import type { LogsApi } from "../platform/aws/logs.ts";
import { isJsonObject } from "../platform/json.ts";
import { environmentHider } from "../task-definition/mask.ts";
import type { LogTail } from "./diagnosis.ts";
import { containerDefinition, type Evidence } from "./evidence.ts";

const tailLines = 20;

/**
 * The last lines that a container of a task wrote, where its log driver is awslogs with a stream prefix, which makes
 * the stream `prefix/container/task id`. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
export async function logTail(
  logs: Pick<LogsApi, "getLogEvents">,
  evidence: Evidence,
  subject: { readonly taskId: string; readonly container: string },
  options: { readonly region: string | undefined; readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<LogTail | undefined> {
  const { taskId, container } = subject;
  const stream = logStream(evidence, container, taskId);
  if (typeof stream === "string") {
    options.note(`no log of container ${container}: ${stream}`);
    return undefined;
  }
  if (stream.region !== undefined && options.region !== undefined && stream.region !== options.region) {
    options.note(`the log of container ${container} is in ${stream.region}: log group ${stream.logGroup}`);
    return undefined;
  }
  const { logGroup, name } = stream;
  const input = { logGroupName: logGroup, logStreamName: name, limit: tailLines, startFromHead: false };
  const answer = await optional(
    "logs:GetLogEvents",
    logs.getLogEvents(input, { signal: options.signal }),
    options.note,
  );
  if (answer === undefined) return undefined;
  const hide = environmentHider(containerDefinition(evidence, container));
  const lines = (answer.events ?? []).map((event) => ({
    at: new Date(event.timestamp ?? 0),
    message: hide((event.message ?? "").replace(/[\r\n]+$/, "")),
  }));
  return { taskId, container, logGroup, logStream: name, lines };
}

interface Stream {
  readonly logGroup: string;
  readonly name: string;
  readonly region: string | undefined;
}

/** The stream, or why it is not known. */
function logStream(evidence: Evidence, container: string, taskId: string): Stream | string {
  const configuration = containerDefinition(evidence, container)?.logConfiguration;
  if (!isJsonObject(configuration)) return "it has no logConfiguration";
  if (configuration.logDriver !== "awslogs") return `its log driver is ${String(configuration.logDriver)}`;
  const options = isJsonObject(configuration.options) ? configuration.options : {};
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix, "awslogs-region": region } = options;
  if (typeof group !== "string" || typeof prefix !== "string")
    return "its options lack awslogs-group or awslogs-stream-prefix";
  return {
    logGroup: group,
    name: `${prefix}/${container}/${taskId}`,
    region: typeof region === "string" ? region : undefined,
  };
}
