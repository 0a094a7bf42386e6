/** The main job by hand, with nothing but the AWS CLI (and an image to run). */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { definitionOf, pushVersion } from "../fixtures/demo-service.ts";
import { type AwsCli, awsCli, describeWithAwsCli } from "./aws-cli.ts";
import { startCloud } from "./sdk.ts";

let cloud: LocalCloud;
let aws: AwsCli;
let folder: string;

beforeAll(async () => {
  cloud = await startCloud();
  aws = awsCli(cloud.endpoint);
  folder = await mkdtemp(join(tmpdir(), "aws-cli-journey-"));
});
afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true });
});

type Answer = Record<string, never> & Record<string, unknown>;
const at = (answer: unknown, ...path: (string | number)[]): unknown =>
  path.reduce((value, key) => (value as Answer)?.[key], answer);
const text = (answer: unknown, ...path: (string | number)[]) => String(at(answer, ...path));

async function register(image: string): Promise<string> {
  const file = join(folder, "taskdef.json");
  await writeFile(file, JSON.stringify(await definitionOf(image)));
  return text(
    await aws("ecs", "register-task-definition", "--cli-input-json", `file://${file}`),
    "taskDefinition",
    "taskDefinitionArn",
  );
}

describeWithAwsCli("the AWS CLI", () => {
  const inService = ["--cluster", "cli", "--service", "web"];
  let targetGroupArn: string;

  it("makes repository, cluster, load balancer, target group, listener and service, and waits for services-stable", async () => {
    expect(await aws("ecr", "create-repository", "--repository-name", "ecs-demo")).toMatchObject({
      repository: { repositoryName: "ecs-demo" },
    });
    const service = { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" };
    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [service] });
    const role = ["--role-name", "ecsTaskExecutionRole", "--assume-role-policy-document", trust];
    expect(await aws("iam", "create-role", ...role)).toMatchObject({
      Role: { AssumeRolePolicyDocument: { Statement: [service] } },
    });
    const first = await register(await pushVersion(cloud, "1.0.0"));
    await aws("logs", "create-log-group", "--log-group-name", "/ecs/ecs-demo");
    expect(await aws("ecs", "create-cluster", "--cluster-name", "cli")).toMatchObject({
      cluster: { status: "ACTIVE" },
    });

    const { Subnets } = await aws("ec2", "describe-subnets");
    const subnets = (Subnets as { SubnetId: string; VpcId: string }[]).map(({ SubnetId }) => SubnetId);
    const loadBalancer = await aws("elbv2", "create-load-balancer", "--name", "cli", "--subnets", ...subnets);
    const group = await aws(
      ...[
        "elbv2",
        "create-target-group",
        "--name",
        "cli",
        "--protocol",
        "HTTP",
        "--port",
        "8080",
        "--target-type",
        "ip",
      ],
      ...[
        "--vpc-id",
        text(Subnets, 0, "VpcId"),
        "--health-check-path",
        "/healthz",
        "--health-check-interval-seconds",
        "5",
      ],
      ...["--health-check-timeout-seconds", "2", "--unhealthy-threshold-count", "2"],
    );
    targetGroupArn = text(group, "TargetGroups", 0, "TargetGroupArn");
    await aws(
      "elbv2",
      "modify-target-group-attributes",
      "--target-group-arn",
      targetGroupArn,
      "--attributes",
      "Key=deregistration_delay.timeout_seconds,Value=1",
    );
    await aws(
      ...["elbv2", "create-listener", "--load-balancer-arn", text(loadBalancer, "LoadBalancers", 0, "LoadBalancerArn")],
      ...["--protocol", "HTTP", "--port", "8088", "--default-actions", `Type=forward,TargetGroupArn=${targetGroupArn}`],
    );
    await aws(
      ...[
        "ecs",
        "create-service",
        "--cluster",
        "cli",
        "--service-name",
        "web",
        "--task-definition",
        first,
        "--desired-count",
        "2",
      ],
      ...[
        "--launch-type",
        "FARGATE",
        "--network-configuration",
        `awsvpcConfiguration={subnets=[${subnets.join(",")}]}`,
      ],
      ...["--load-balancers", `targetGroupArn=${targetGroupArn},containerName=web,containerPort=8080`],
    );
    await aws("ecs", "wait", "services-stable", "--cluster", "cli", "--services", "web");
    const page = await fetch(`http://127.0.0.1:${cloud.listeners()[0]?.boundPort}/`);
    expect(await page.text()).toContain("Hi there!");
  }, 120_000);

  it("updates the service, and reads its deployments and revisions", async () => {
    const second = await register(await pushVersion(cloud, "2.0.0"));
    const updated = await aws("ecs", "update-service", ...inService, "--task-definition", second);
    expect(at(updated, "service", "deployments")).toMatchObject([
      { status: "PRIMARY", rolloutState: "IN_PROGRESS" },
      { status: "ACTIVE" },
    ]);
    await aws("ecs", "wait", "services-stable", "--cluster", "cli", "--services", "web");
    const { serviceDeployments } = await aws("ecs", "list-service-deployments", ...inService);
    // The first may have been superseded: services-stable is content before a deployment is complete.
    expect(serviceDeployments).toMatchObject([{ status: "SUCCESSFUL" }, {}]);
    const described = await aws(
      "ecs",
      "describe-service-deployments",
      "--service-deployment-arns",
      text(serviceDeployments, 0, "serviceDeploymentArn"),
    );
    expect(at(described, "serviceDeployments", 0)).toMatchObject({
      targetServiceRevision: { requestedTaskCount: 2, runningTaskCount: 2 },
    });
    const revisions = await aws(
      "ecs",
      "describe-service-revisions",
      "--service-revision-arns",
      text(serviceDeployments, 0, "targetServiceRevisionArn"),
    );
    expect(at(revisions, "serviceRevisions", 0)).toMatchObject({
      taskDefinition: second,
      containerImages: [{ imageDigest: expect.stringMatching(/^sha256:/) }],
    });
  }, 120_000);

  it("stops a task and sees it replaced", async () => {
    const before = (await aws("ecs", "list-tasks", "--cluster", "cli")).taskArns as string[];
    await aws("ecs", "stop-task", "--cluster", "cli", "--task", before[0] ?? "", "--reason", "to see it come back");
    await aws("ecs", "wait", "tasks-stopped", "--cluster", "cli", "--tasks", before[0] ?? "");
    await aws("ecs", "wait", "services-stable", "--cluster", "cli", "--services", "web");
    const after = (await aws("ecs", "list-tasks", "--cluster", "cli")).taskArns as string[];
    expect(after).toHaveLength(2);
    expect(after).not.toContain(before[0]);
    const stopped = await aws("ecs", "describe-tasks", "--cluster", "cli", "--tasks", before[0] ?? "");
    expect(at(stopped, "tasks", 0)).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "to see it come back",
      lastStatus: "STOPPED",
    });
  }, 120_000);

  it("reads events, target health and logs", async () => {
    const service = await aws("ecs", "describe-services", "--cluster", "cli", "--services", "web");
    const events = (at(service, "services", 0, "events") as { message: string }[]).map(({ message }) => message);
    expect(events).toContain("(service web) has reached a steady state.");
    const health = await aws("elbv2", "describe-target-health", "--target-group-arn", targetGroupArn);
    expect(health.TargetHealthDescriptions).toMatchObject([
      { TargetHealth: { State: "healthy" } },
      { TargetHealth: { State: "healthy" } },
    ]);
    const { events: lines } = await aws(
      "logs",
      "filter-log-events",
      "--log-group-name",
      "/ecs/ecs-demo",
      "--filter-pattern",
      '"/healthz"',
    );
    expect((lines as { message: string }[]).length).toBeGreaterThan(0);
  }, 60_000);

  it("answers what deployment tools read before they change or roll back a service", async () => {
    const { taskDefinitionArns } = await aws(
      "ecs",
      "list-task-definitions",
      "--family-prefix",
      "ecs-demo",
      "--sort",
      "DESC",
    );
    expect((taskDefinitionArns as string[]).map((arn) => arn.split("/")[1])).toEqual(["ecs-demo:2", "ecs-demo:1"]);
    const underWay = await aws("ecs", "list-service-deployments", ...inService, "--status", "IN_PROGRESS");
    expect(underWay).toMatchObject({ serviceDeployments: [] });
    const scaling = ["--service-namespace", "ecs"];
    expect(
      await aws(
        "application-autoscaling",
        "describe-scalable-targets",
        ...scaling,
        "--resource-ids",
        "service/cli/web",
      ),
    ).toEqual({ ScalableTargets: [] });
    expect(await aws("application-autoscaling", "describe-scaling-policies", ...scaling)).toEqual({
      ScalingPolicies: [],
    });
    await expect(
      aws(
        "application-autoscaling",
        "register-scalable-target",
        ...scaling,
        "--resource-id",
        "service/cli/web",
        "--scalable-dimension",
        "ecs:service:DesiredCount",
        "--min-capacity",
        "1",
        "--max-capacity",
        "2",
      ),
    ).rejects.toThrow("(NotImplemented)");
  }, 60_000);

  it.each([
    ["ClusterNotFoundException", ["ecs", "describe-services", "--cluster", "none", "--services", "web"]],
    ["ServiceNotFoundException", ["ecs", "update-service", "--cluster", "cli", "--service", "none"]],
    ["ClientException", ["ecs", "describe-task-definition", "--task-definition", "none"]],
    ["InvalidParameterException", ["ecs", "stop-task", "--cluster", "cli", "--task", "none"]],
    ["RepositoryNotFoundException", ["ecr", "describe-images", "--repository-name", "none"]],
    ["RepositoryAlreadyExistsException", ["ecr", "create-repository", "--repository-name", "ecs-demo"]],
    ["LoadBalancerNotFound", ["elbv2", "describe-load-balancers", "--names", "none"]],
    ["TargetGroupNotFound", ["elbv2", "describe-target-groups", "--names", "none"]],
    ["ResourceNotFoundException", ["logs", "get-log-events", "--log-group-name", "none", "--log-stream-name", "none"]],
    ["NotImplemented", ["ecs", "list-container-instances", "--cluster", "cli"]],
  ])("is answered %s", async (code, args) => {
    await expect(aws(...args)).rejects.toThrow(`(${code})`);
  });
});
