/** One call to each service that a local cloud may have, so that each has loaded what it needs to answer. */
import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientConfig } from "../demo/bootstrap.ts";

/** @returns the services that answered with anything but that there is no such service */
export async function touchEveryService(endpoint: string): Promise<string[]> {
  const config = { ...clientConfig(endpoint), maxAttempts: 1 };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    "application-autoscaling": () =>
      new ApplicationAutoScalingClient(config).send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" })),
    monitoring: () => new CloudWatchClient(config).send(new DescribeAlarmsCommand({})),
    logs: () => new CloudWatchLogsClient(config).send(new DescribeLogGroupsCommand({})),
    ec2: () => new EC2Client(config).send(new DescribeSubnetsCommand({})),
    ecr: () => new ECRClient(config).send(new DescribeRepositoriesCommand({})),
    ecs: () => new ECSClient(config).send(new ListClustersCommand({})),
    elasticloadbalancing: () => new ElasticLoadBalancingV2Client(config).send(new DescribeTargetGroupsCommand({})),
    iam: () => new IAMClient(config).send(new GetRoleCommand({ RoleName: "none" })),
    secretsmanager: () => new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: "none" })),
    ssm: () => new SSMClient(config).send(new GetParameterCommand({ Name: "none" })),
    sts: () => new STSClient(config).send(new GetCallerIdentityCommand({})),
  };
  const touched: string[] = [];
  for (const [service, send] of Object.entries(calls)) {
    const status = await send().then(
      () => 200,
      (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode,
    );
    if (status !== undefined && status !== 501) touched.push(service);
  }
  return touched;
}
