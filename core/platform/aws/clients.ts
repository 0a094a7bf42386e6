import type { EcrApi } from "./ecr.ts";
import type { EcsApi } from "./ecs.ts";
import type { ElbApi } from "./elb.ts";
import type { LogsApi } from "./logs.ts";
import type { ClientSettings } from "./settings.ts";

/**
 * The AWS APIs that the toolkit calls: one method per operation, named as the API names it. A client's code is loaded
 * at its first call, so that a run that only needs ECS does not pay for the others.
 */
export interface Clients {
  readonly ecs: EcsApi;
  readonly ecr: EcrApi;
  readonly elb: ElbApi;
  readonly logs: LogsApi;
}

/** Clients that find region, credentials and endpoint as every AWS SDK does (`AWS_REGION`, `AWS_ENDPOINT_URL` …). */
export function awsClients(settings: ClientSettings = {}): Clients {
  return {
    ecs: lazily<EcsApi>(async () => (await import("./ecs.ts")).ecsApi(settings)),
    ecr: lazily<EcrApi>(async () => (await import("./ecr.ts")).ecrApi(settings)),
    elb: lazily<ElbApi>(async () => (await import("./elb.ts")).elbApi(settings)),
    logs: lazily<LogsApi>(async () => (await import("./logs.ts")).logsApi(settings)),
  };
}

type Method = (...args: unknown[]) => Promise<unknown>;

function lazily<Api extends object>(load: () => Promise<Api>): Api {
  let loaded: Promise<Api> | undefined;
  return new Proxy({} as Api, {
    get: (_target, operation: string) => {
      const call: Method = async (...args) => {
        loaded ??= load();
        return ((await loaded) as Record<string, Method>)[operation]?.(...args);
      };
      return call;
    },
  });
}
