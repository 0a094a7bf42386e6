/** Amazon ECS on a clock that a test advances, with containers and targets that do what the test says. */

import type { CreateServiceRequest, ECS, RegisterTaskDefinitionRequest, Service, Task } from "@aws-sdk/client-ecs";
import { ManualClock } from "../../clock.ts";
import { account, call } from "../../gateway/call.fixture.ts";
import type { Call, Operations } from "../../gateway/service.ts";
import { defaultNetwork } from "../ec2/network.ts";
import { RoleStore } from "../iam/role-store.ts";
import { SecretStore } from "../secretsmanager/secret-store.ts";
import { ParameterStore } from "../ssm/parameter-store.ts";
import { secretSource } from "./agent/secret-source.ts";
import type { Capacity } from "./capacity.ts";
import { type Ecs, ecsService } from "./operations.ts";
import { type Behaviour, ScriptedAlarms, ScriptedRuntime, ScriptedTargets, TARGET_GROUP } from "./scripted.fixture.ts";
import { emptyState } from "./state.ts";

export { type Behaviour, TARGET_GROUP } from "./scripted.fixture.ts";

export function startEcs() {
  const clock = new ManualClock();
  const runtime = new ScriptedRuntime(clock);
  const targets = new ScriptedTargets(clock, runtime);
  const alarms = new ScriptedAlarms();
  const parameters = new ParameterStore(clock, account);
  const secrets = new SecretStore(clock, account);
  const roles = new RoleStore(clock, account.accountId);
  const logs: string[] = [];
  const service = ecsService({
    state: emptyState(account),
    agent: {
      runtime,
      clock,
      region: account.region,
      logs: {
        createGroup: () => {},
        createStream: () => {},
        put: (group, stream, _time, line) => logs.push(`${group} ${stream} ${line}`),
      },
      secrets: secretSource(parameters, secrets),
      roleEnvironment: () => ({}),
      metadataUri: ({ id }, { name }) => `http://127.0.0.1/v4/${id}-${name}`,
      onBug: (error) => {
        throw error;
      },
    },
    targets,
    alarms,
    roles,
    network: defaultNetwork(account.region),
  });
  return new EcsHarness(service, { clock, runtime, targets, alarms, parameters, secrets, roles });
}

interface Surroundings {
  readonly clock: ManualClock;
  readonly runtime: ScriptedRuntime;
  readonly targets: ScriptedTargets;
  readonly alarms: ScriptedAlarms;
  readonly parameters: ParameterStore;
  readonly secrets: SecretStore;
  readonly roles: RoleStore;
}

export class EcsHarness {
  readonly #operations: Operations<ECS>;
  readonly clock: ManualClock;
  readonly runtime: ScriptedRuntime;
  readonly targets: ScriptedTargets;
  readonly alarms: ScriptedAlarms;
  readonly parameters: ParameterStore;
  readonly secrets: SecretStore;
  readonly roles: RoleStore;
  readonly capacity: Capacity;
  readonly close: () => Promise<void>;

  constructor(service: Ecs, { clock, runtime, targets, alarms, parameters, secrets, roles }: Surroundings) {
    this.#operations = service.operations as Operations<ECS>;
    this.capacity = service.capacity;
    this.close = () => service.close();
    this.clock = clock;
    this.runtime = runtime;
    this.targets = targets;
    this.alarms = alarms;
    this.parameters = parameters;
    this.secrets = secrets;
    this.roles = roles;
  }

  /** Calls an operation as the gateway would. */
  async call<Name extends keyof Operations<ECS>>(name: Name, input: Parameters<NonNullable<Operations<ECS>[Name]>>[0]) {
    const operation = this.#operations[name] as NonNullable<Operations<ECS>[Name]>;
    return (await (operation as (input: unknown, call: Call) => unknown)(input, call)) as Awaited<
      ReturnType<NonNullable<Operations<ECS>[Name]>>
    >;
  }

  /** Registers a revision of the family `web` whose container runs `image`. */
  async register(
    image: string,
    behaviour: Behaviour | "missing" = {},
    changes: Partial<RegisterTaskDefinitionRequest> = {},
  ): Promise<string> {
    if (behaviour !== "missing") this.runtime.behaviours.set(image, behaviour);
    const { taskDefinition } = await this.call("RegisterTaskDefinition", {
      family: "web",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "web", image, portMappings: [{ containerPort: 80 }] }],
      ...changes,
    });
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  /** Makes the cluster `default` and the service `web` behind the load balancer. */
  async createService(taskDefinition: string, changes: Partial<CreateServiceRequest> = {}): Promise<void> {
    await this.call("CreateCluster", {});
    await this.call("CreateService", {
      serviceName: "web",
      taskDefinition,
      desiredCount: 2,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
      loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerName: "web", containerPort: 80 }],
      ...changes,
    });
  }

  /** The service `web` runs version 1, and its first deployment is COMPLETED. */
  async steady(changes: Partial<CreateServiceRequest> = {}): Promise<void> {
    await this.createService(await this.register("web:1"), changes);
    await this.clock.advance(2_000);
    const { deployments } = await this.service();
    if (deployments?.length !== 1 || deployments[0]?.rolloutState !== "COMPLETED")
      throw new Error(`The service is not steady: ${JSON.stringify(deployments)}`);
  }

  async service(): Promise<Service> {
    const { services } = await this.call("DescribeServices", { services: ["web"] });
    return services?.[0] ?? {};
  }

  /** Oldest first, ids of tasks and deployments replaced by T and D. */
  async events(): Promise<string[]> {
    const { events = [] } = await this.service();
    return events
      .map(({ message = "" }) =>
        message.replaceAll(/\(task [0-9a-f]{32}\)/g, "(task T)").replaceAll(/ecs-svc\/\d+/g, "D"),
      )
      .reverse();
  }

  async tasks(desiredStatus: "RUNNING" | "STOPPED" = "RUNNING"): Promise<Task[]> {
    const { taskArns = [] } = await this.call("ListTasks", { desiredStatus });
    if (taskArns.length === 0) return [];
    return (await this.call("DescribeTasks", { tasks: taskArns })).tasks ?? [];
  }
}
