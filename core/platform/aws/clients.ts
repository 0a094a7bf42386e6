import type { CloudWatchApi } from "./cloudwatch.ts";
import type { EcrApi } from "./ecr.ts";
import type { EcsApi } from "./ecs.ts";
import { ecsClient } from "./ecs-client.ts";
import type { ElbApi } from "./elb.ts";
import type { IamApi } from "./iam.ts";
import { lazily } from "./lazily.ts";
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
  readonly iam: IamApi;
  readonly cloudwatch: CloudWatchApi;
}

/** The services as signatures and policies name them. */
export const signingNames = {
  ecs: "ecs",
  ecr: "ecr",
  elb: "elasticloadbalancing",
  logs: "logs",
  iam: "iam",
  cloudwatch: "cloudwatch",
} as const satisfies Record<keyof Clients, string>;

/** Clients that find region, credentials and endpoint as every AWS SDK does (`AWS_REGION`, `AWS_ENDPOINT_URL` …). */
export function awsClients(settings: ClientSettings = {}): Clients {
  return {
    ecs: ecsClient(settings),
    ecr: lazily<EcrApi>(async () => (await import("./ecr.ts")).ecrApi(settings)),
    elb: lazily<ElbApi>(async () => (await import("./elb.ts")).elbApi(settings)),
    logs: lazily<LogsApi>(async () => (await import("./logs.ts")).logsApi(settings)),
    iam: lazily<IamApi>(async () => (await import("./iam.ts")).iamApi(settings)),
    cloudwatch: lazily<CloudWatchApi>(async () => (await import("./cloudwatch.ts")).cloudWatchApi(settings)),
  };
}
