import type { DeployResult } from "../deployment/deploy-result.ts";
import { lastOfArn } from "../platform/arn.ts";

/** Where AWS's console shows a service's deployments, the task that failed, and its log. */
export interface ConsoleLink {
  readonly title: string;
  readonly url: string;
}

/** Links into the console of the commercial regions; none for other partitions, whose consoles are elsewhere. */
export function consoleLinks({ region, cluster, service, taskDefinitionArn, diagnosis }: DeployResult): ConsoleLink[] {
  if (region === "" || !taskDefinitionArn?.startsWith("arn:aws:")) return [];
  const host = `https://${encodeURIComponent(region)}.console.aws.amazon.com`;
  const query = `?region=${encodeURIComponent(region)}`;
  const ecs = `${host}/ecs/v2/clusters/${encodeURIComponent(cluster)}`;
  const links = [{ title: "deployments", url: `${ecs}/services/${encodeURIComponent(service)}/deployments${query}` }];
  const task = diagnosis?.tasks.at(-1);
  if (task !== undefined) {
    links.push({ title: "task", url: `${ecs}/tasks/${encodeURIComponent(lastOfArn(task.taskArn))}${query}` });
  }
  const logs = diagnosis?.logs;
  if (logs !== undefined) {
    const path = `log-groups/log-group/${fragment(logs.logGroup)}/log-events/${fragment(logs.logStream)}`;
    links.push({ title: "log stream", url: `${host}/cloudwatch/home${query}#logsV2:${path}` });
  }
  return links;
}

/** The console encodes names in its fragment twice, with `$` for the outer `%`. */
function fragment(name: string): string {
  return encodeURIComponent(encodeURIComponent(name)).replaceAll("%", "$");
}
