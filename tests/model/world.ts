/** Amazon ECS with real target groups and alarms in one process, on a clock that stands still until it is advanced. */
import type { ECS } from "@aws-sdk/client-ecs";
import { account, call } from "../../localcloud/gateway/call.fixture.ts";
import type { Operations } from "../../localcloud/gateway/service.ts";
import { TargetGroups } from "../../localcloud/loadbalancer/target-groups.ts";
import { alarmSettings } from "../../localcloud/services/cloudwatch/alarm-settings.ts";
import { AlarmStore } from "../../localcloud/services/cloudwatch/alarm-store.ts";
import { defaultNetwork } from "../../localcloud/services/ec2/network.ts";
import { secretSource } from "../../localcloud/services/ecs/agent/secret-source.ts";
import { ecsService } from "../../localcloud/services/ecs/operations.ts";
import { type EcsState, emptyState } from "../../localcloud/services/ecs/state.ts";
import { RoleStore } from "../../localcloud/services/iam/role-store.ts";
import { SecretStore } from "../../localcloud/services/secretsmanager/secret-store.ts";
import { ParameterStore } from "../../localcloud/services/ssm/parameter-store.ts";
import { BreakableRuntime } from "./breakable-runtime.ts";
import { script } from "./images.ts";
import { ObservedClock } from "./observed-clock.ts";
import { ALARMS } from "./steps.ts";

export const SUBNET = "subnet-0a1b2c3d4e5f6071a";

const HEALTH_CHECK = {
  path: "/",
  port: "traffic-port",
  intervalSeconds: 15,
  timeoutSeconds: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  matcher: "200",
} as const;

const DEREGISTRATION_DELAYS = [30, 5];

export const TARGET_GROUPS = DEREGISTRATION_DELAYS.map(
  (delay) => `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/drains-${delay}/0123456789abcdef`,
);

type Client = Required<Operations<ECS>>;
type Input<Name extends keyof Client> = Parameters<Client[Name]>[0];

export class World {
  readonly clock: ObservedClock;
  readonly runtime: BreakableRuntime;
  readonly targets: TargetGroups;
  readonly alarms: AlarmStore;
  readonly state: EcsState = emptyState(account);
  /** The ARNs of the task definitions, by what they say. */
  readonly revisions = new Map<string, string>();
  /** What no part of the local cloud should have thrown. */
  readonly bugs: unknown[] = [];
  readonly #ecs: ReturnType<typeof ecsService>;

  /** @param settled is told, with the time, whenever everything has settled. */
  constructor(settled: (at: number) => void) {
    const clock = new ObservedClock(settled);
    this.clock = clock;
    this.runtime = new BreakableRuntime(clock, script);
    this.targets = new TargetGroups({ clock, probe: this.runtime.probe });
    this.alarms = new AlarmStore(clock, account);
    this.#ecs = ecsService({
      state: this.state,
      agent: {
        runtime: this.runtime,
        clock,
        region: account.region,
        logs: { createGroup: () => {}, createStream: () => {}, put: () => {} },
        secrets: secretSource(new ParameterStore(clock, account), new SecretStore(clock, account)),
        roleEnvironment: () => ({}),
        metadataUri: ({ id }, { name }) => `http://127.0.0.1/v4/${id}-${name}`,
        onBug: (error, what) => this.bugs.push(new Error(what, { cause: error })),
      },
      targets: this.targets,
      alarms: this.alarms,
      roles: new RoleStore(clock, account.accountId),
      network: defaultNetwork(account.region),
    });
    this.#furnish();
  }

  /** Calls an operation as the gateway would. @throws {AwsError} */
  call<Name extends keyof Client>(name: Name, input: Input<Name>): ReturnType<Client[Name]> {
    return this.#ecs.operations[name]?.(input, call) as ReturnType<Client[Name]>;
  }

  /** Calls an operation that answers at once. @throws {AwsError} */
  ask<Name extends keyof Client>(name: Name, input: Input<Name>): Exclude<ReturnType<Client[Name]>, Promise<unknown>> {
    const answer = this.call(name, input);
    if (answer instanceof Promise) throw new Error(`${name} does not answer at once.`);
    return answer as Exclude<ReturnType<Client[Name]>, Promise<unknown>>;
  }

  async close(): Promise<void> {
    await this.#ecs.close();
    this.targets.close();
  }

  #furnish(): void {
    for (const [index, arn] of TARGET_GROUPS.entries())
      this.targets.create(arn, `drains-${DEREGISTRATION_DELAYS[index]}`, {
        healthCheck: HEALTH_CHECK,
        deregistrationDelaySeconds: DEREGISTRATION_DELAYS[index] ?? 0,
      });
    this.targets.use(new Set(TARGET_GROUPS));
    for (const AlarmName of ALARMS)
      this.alarms.put(
        alarmSettings({
          AlarmName,
          MetricName: "Errors",
          Namespace: "Model",
          Statistic: "Sum",
          ComparisonOperator: "GreaterThanThreshold",
          Threshold: 1,
          Period: 30,
          EvaluationPeriods: 2,
        }),
      );
    this.call("CreateCluster", {});
  }
}
