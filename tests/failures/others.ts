/** Somebody else, who works on the same service while it is deployed to. */
import { setTimeout } from "node:timers/promises";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import {
  CreateServiceCommand,
  type Deployment,
  type DeploymentConfiguration,
  DescribeServicesCommand,
  ECSClient,
  type Service,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { CLUSTER, type ClientConfig, SERVICE } from "../../demo/bootstrap.ts";

export class Others {
  readonly ecs: ECSClient;
  readonly cloudwatch: CloudWatchClient;
  /** Of all that they called: what the journal has besides is the run's. */
  readonly requestIds: ReadonlySet<string>;

  constructor(config: ClientConfig) {
    const ids = new Set<string>();
    this.requestIds = ids;
    this.ecs = new ECSClient(config);
    this.cloudwatch = new CloudWatchClient(config);
    const noteAs = { name: "noteRequestId", step: "initialize" } as const;
    const note = ({ requestId = "" }) => void ids.add(requestId);
    this.ecs.middlewareStack.add((next) => async (args) => noted(await next(args), note), noteAs);
    this.cloudwatch.middlewareStack.add((next) => async (args) => noted(await next(args), note), noteAs);
  }

  /** The service as ECS shows it now. @throws {Error} where there is none */
  async service(name: string = SERVICE): Promise<Service> {
    const { services: [found] = [] } = await this.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: [name] }),
    );
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  }

  /** The newest deployment of the service. @throws {Error} where there is none */
  async primary(name?: string): Promise<Deployment> {
    const { deployments = [] } = await this.service(name);
    const primary = deployments.find(({ status }) => status === "PRIMARY");
    if (primary === undefined) throw new Error("there is no PRIMARY deployment");
    return primary;
  }

  /** Changes how the service deploys; that makes no deployment. */
  async configure(deploymentConfiguration: DeploymentConfiguration): Promise<void> {
    await this.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: SERVICE, deploymentConfiguration }));
  }

  /** A service of one task beside the demo's, like it but without its load balancer. */
  async createService(
    serviceName: string,
    taskDefinition: string,
    deploymentConfiguration: DeploymentConfiguration = {},
  ): Promise<void> {
    const like = await this.service();
    await this.ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName,
        taskDefinition,
        desiredCount: 1,
        launchType: "FARGATE",
        networkConfiguration: like.networkConfiguration,
        deploymentConfiguration: { ...like.deploymentConfiguration, ...deploymentConfiguration },
      }),
    );
  }

  /** Resolves when the newest deployment of the service is complete. @throws {Error} where it is not in half a minute */
  async completed(name: string): Promise<void> {
    const signal = AbortSignal.timeout(30_000);
    while ((await this.primary(name)).rolloutState !== "COMPLETED") await setTimeout(200, undefined, { signal });
  }

  leave(): void {
    this.ecs.destroy();
    this.cloudwatch.destroy();
  }
}

interface Answer {
  readonly output: { readonly $metadata: { readonly requestId?: string } };
}

function noted<Given extends Answer>(answer: Given, note: (metadata: Answer["output"]["$metadata"]) => void): Given {
  note(answer.output.$metadata);
  return answer;
}
