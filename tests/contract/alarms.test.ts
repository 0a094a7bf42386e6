import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { type AwsCli, awsCli, describeWithAwsCli } from "./aws-cli.ts";
import { sdkConfig, startCloud } from "./sdk.ts";

const METRIC = {
  Namespace: "AWS/ApplicationELB",
  MetricName: "HTTPCode_Target_5XX_Count",
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 5,
  ComparisonOperator: "GreaterThanThreshold",
} as const;
let cloud: LocalCloud;
let cloudWatch: CloudWatchClient;
let ecs: ECSClient;

beforeAll(async () => {
  cloud = await startCloud();
  cloudWatch = new CloudWatchClient(sdkConfig(cloud));
  ecs = new ECSClient(sdkConfig(cloud));
});
afterAll(() => cloud.close());

describe("alarms, spoken to by the SDK for JavaScript", () => {
  it("are made, paged, set and deleted", async () => {
    for (const AlarmName of ["sdk-a", "sdk-b", "sdk-c"])
      await cloudWatch.send(new PutMetricAlarmCommand({ AlarmName, ...METRIC }));
    const found: unknown[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client: cloudWatch, pageSize: 2 },
      { AlarmNamePrefix: "sdk-" },
    ))
      found.push(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
    expect(found).toEqual([
      [
        ["sdk-a", "INSUFFICIENT_DATA"],
        ["sdk-b", "INSUFFICIENT_DATA"],
      ],
      [["sdk-c", "INSUFFICIENT_DATA"]],
    ]);
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: "sdk-b", StateValue: "OK", StateReason: "a test" }));
    const { MetricAlarms } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: "sdk-", StateValue: "OK" }),
    );
    expect(MetricAlarms).toMatchObject([{ ...METRIC, AlarmName: "sdk-b", StateReason: "a test" }]);
    expect(MetricAlarms?.[0]?.StateUpdatedTimestamp).toBeInstanceOf(Date);
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ["sdk-a", "sdk-b", "sdk-c"] }));
    expect((await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: "sdk-" }))).MetricAlarms).toEqual([]);
  });

  it("are refused with AWS's codes", async () => {
    const state = { AlarmName: "gone", StateReason: "a test" };
    await expect(cloudWatch.send(new SetAlarmStateCommand({ ...state, StateValue: "ALARM" }))).rejects.toMatchObject({
      name: "ResourceNotFound",
      $metadata: { httpStatusCode: 404 },
    });
    await expect(cloudWatch.send(new DescribeAlarmsCommand({ NextToken: "gone" }))).rejects.toMatchObject({
      name: "InvalidNextToken",
    });
  });

  it("fail a deployment, which is rolled back", async () => {
    const deploymentConfiguration = { alarms: { alarmNames: ["sdk-errors"], enable: true, rollback: true } };
    const [taskDefinition, next] = await makeService("sdk");
    await cloudWatch.send(new PutMetricAlarmCommand({ AlarmName: "sdk-errors", ...METRIC }));
    await ecs.send(
      new UpdateServiceCommand({ cluster: "sdk", service: "web", taskDefinition: next, deploymentConfiguration }),
    );
    expect((await newestDeployment("sdk"))?.alarms).toEqual({
      status: "MONITORING",
      alarmNames: ["sdk-errors"],
      triggeredAlarmNames: [],
    });
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: "sdk-errors", StateValue: "ALARM", StateReason: "a test" }),
    );
    expect(await newestDeployment("sdk")).toMatchObject({
      status: "ROLLBACK_SUCCESSFUL",
      statusReason: "ECS deployment failed: alarm detected.",
      alarms: { status: "TRIGGERED", triggeredAlarmNames: ["sdk-errors"] },
    });
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: "sdk", services: ["web"] }));
    expect(services).toMatchObject([
      { taskDefinition, deploymentConfiguration, deployments: [{ rolloutState: "COMPLETED" }] },
    ]);
  });
});

describeWithAwsCli("alarms, spoken to by the AWS CLI", () => {
  let aws: AwsCli;

  beforeAll(() => {
    aws = awsCli(cloud.endpoint);
  });

  it("are made, described, set and deleted, and fail a deployment", { timeout: 60_000 }, async () => {
    const [taskDefinition, next] = await makeService("cli");
    const metric = ["--namespace", METRIC.Namespace, "--metric-name", METRIC.MetricName, "--statistic", "Sum"];
    const threshold = ["--threshold", "5", "--comparison-operator", METRIC.ComparisonOperator];
    const periods = ["--period", "60", "--evaluation-periods", "2"];
    await aws("cloudwatch", "put-metric-alarm", "--alarm-name", "cli", ...metric, ...periods, ...threshold);
    expect(await aws("cloudwatch", "describe-alarms", "--alarm-names", "cli")).toMatchObject({
      MetricAlarms: [{ AlarmName: "cli", StateValue: "INSUFFICIENT_DATA", Threshold: 5 }],
      CompositeAlarms: [],
    });
    const configuration = "alarms={alarmNames=[cli],enable=true,rollback=true}";
    const service = ["--cluster", "cli", "--service", "web", "--task-definition", next];
    await aws("ecs", "update-service", ...service, "--deployment-configuration", configuration);
    const setState = ["cloudwatch", "set-alarm-state", "--state-value", "ALARM", "--state-reason", "a test"];
    await aws(...setState, "--alarm-name", "cli");
    const { services } = await aws("ecs", "describe-services", "--cluster", "cli", "--services", "web");
    expect(services).toMatchObject([{ taskDefinition, deployments: [{ rolloutState: "COMPLETED" }] }]);
    await expect(aws(...setState, "--alarm-name", "gone")).rejects.toThrow(/\(ResourceNotFound\)/);
    await aws("cloudwatch", "delete-alarms", "--alarm-names", "cli");
    expect(await aws("cloudwatch", "describe-alarms")).toMatchObject({
      MetricAlarms: expect.not.arrayContaining([expect.objectContaining({ AlarmName: "cli" })]),
    });
  });
});

/** A steady service of no tasks, and the ARNs of its revision and of another one. */
async function makeService(cluster: string): Promise<[string, string]> {
  const register = async () => {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: cluster,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [{ name: "web", image: "public.ecr.aws/docker/library/nginx:latest" }],
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? "";
  };
  const taskDefinition = await register();
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: "web",
      taskDefinition,
      desiredCount: 0,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
    }),
  );
  return [taskDefinition, await register()];
}

async function newestDeployment(cluster: string) {
  const { serviceDeployments: briefs = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({ cluster, service: "web" }),
  );
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [briefs[0]?.serviceDeploymentArn ?? ""] }),
  );
  return serviceDeployments[0];
}
