/** What must be there before the first deployment: repository, log group, cluster, load balancer. Plain API calls. */
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";

/** taskdef.json names it. */
const EXECUTION_ROLE = "ecsTaskExecutionRole";
export const REPOSITORY = "ecs-demo";
export const CLUSTER = "ecs-demo";
export const SERVICE = "web";
const CONTAINER = "web";
const CONTAINER_PORT = 8080;

export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function clientConfig(endpoint: string): ClientConfig {
  return { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

export interface Stage {
  readonly targetGroupArn: string;
  readonly listenerArn: string;
  readonly subnets: readonly string[];
}

/** Makes everything but the service, which needs an image first. */
export async function makeStage(config: ClientConfig, listenerPort: number): Promise<Stage> {
  const elb = new ElasticLoadBalancingV2Client(config);
  const { Subnets = [] } = await new EC2Client(config).send(new DescribeSubnetsCommand({}));
  const subnets = Subnets.flatMap(({ SubnetId }) => SubnetId ?? []);
  await new ECRClient(config).send(
    new CreateRepositoryCommand({ repositoryName: REPOSITORY, imageTagMutability: "IMMUTABLE" }),
  );
  await new CloudWatchLogsClient(config).send(new CreateLogGroupCommand({ logGroupName: "/ecs/ecs-demo" }));
  await makeExecutionRole(config);
  await new ECSClient(config).send(new CreateClusterCommand({ clusterName: CLUSTER }));
  const { LoadBalancers: [loadBalancer] = [] } = await elb.send(
    new CreateLoadBalancerCommand({ Name: "ecs-demo", Subnets: subnets }),
  );
  const targetGroupArn = await makeTargetGroup(elb, Subnets[0]?.VpcId);
  const { Listeners: [listener] = [] } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancer?.LoadBalancerArn,
      Port: listenerPort,
      Protocol: "HTTP",
      DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
    }),
  );
  return { targetGroupArn, listenerArn: listener?.ListenerArn ?? "", subnets };
}

/** The role with which ECS pulls images and writes logs. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
export async function makeExecutionRole(config: ClientConfig): Promise<void> {
  const iam = new IAMClient(config);
  const trust = { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" };
  await iam.send(
    new CreateRoleCommand({
      RoleName: EXECUTION_ROLE,
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    }),
  );
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: EXECUTION_ROLE,
      PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    }),
  );
}

/** Health checks and drain as short as AWS's guidance for fast deployments has them. */
async function makeTargetGroup(elb: ElasticLoadBalancingV2Client, vpcId: string | undefined): Promise<string> {
  const { TargetGroups: [group] = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: "ecs-demo-web",
      Protocol: "HTTP",
      Port: CONTAINER_PORT,
      VpcId: vpcId,
      TargetType: "ip",
      HealthCheckPath: "/healthz",
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  );
  const targetGroupArn = group?.TargetGroupArn ?? "";
  const drain = { Key: "deregistration_delay.timeout_seconds", Value: "2" };
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn, Attributes: [drain] }));
  return targetGroupArn;
}

export interface ServiceSettings {
  readonly taskDefinition: RegisterTaskDefinitionRequest;
  readonly desiredCount?: number;
  readonly minimumHealthyPercent?: number;
  readonly maximumPercent?: number;
}

/** Registers the first revision and makes the service behind the load balancer, with the circuit breaker on. */
export async function makeService(config: ClientConfig, stage: Stage, settings: ServiceSettings): Promise<void> {
  const ecs = new ECSClient(config);
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(settings.taskDefinition));
  await ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: SERVICE,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: settings.desiredCount ?? 2,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: [...stage.subnets], assignPublicIp: "ENABLED" } },
      loadBalancers: [
        { targetGroupArn: stage.targetGroupArn, containerName: CONTAINER, containerPort: CONTAINER_PORT },
      ],
      deploymentConfiguration: {
        minimumHealthyPercent: settings.minimumHealthyPercent ?? 100,
        maximumPercent: settings.maximumPercent ?? 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    }),
  );
}
