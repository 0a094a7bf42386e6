/** The local cloud to ecs-deploy, a deployment tool in Python: https://github.com/fabfuel/ecs-deploy */
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeExecutionRole } from "../../demo/bootstrap.ts";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { definitionOf, pushVersion } from "../fixtures/demo-service.ts";
import { describeWithReferee, run } from "./referee.ts";
import { sdkConfig, startCloud } from "./sdk.ts";

describeWithReferee("ecs", ["--version"], "ecs-deploy", () => {
  let cloud: LocalCloud;
  let ecs: ECS;
  const images: string[] = [];
  const tool = (...args: string[]) =>
    run("ecs", args, {
      env: {
        AWS_ENDPOINT_URL: cloud.endpoint,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_DEFAULT_REGION: "us-east-1",
      },
    });
  const service = async () => {
    const { services } = await ecs.describeServices({ cluster: "tools", services: ["web"] });
    return { ...services?.[0], revision: services?.[0]?.taskDefinition?.split(":").at(-1) };
  };

  beforeAll(async () => {
    // Without a load balancer a task is waited for 40 s, here 2.
    cloud = await startCloud({ speed: 20 });
    ecs = new ECS(sdkConfig(cloud));
    await new CloudWatchLogs(sdkConfig(cloud)).createLogGroup({ logGroupName: "/ecs/ecs-demo" });
    await new ECR(sdkConfig(cloud)).createRepository({ repositoryName: "ecs-demo" });
    await makeExecutionRole(sdkConfig(cloud));
    await ecs.createCluster({ clusterName: "tools" });
    for (const version of ["1.0.0", "2.0.0"]) images.push(await pushVersion(cloud, version));
    await ecs.registerTaskDefinition(await definitionOf(images[0] ?? ""));
    await ecs.createService({
      cluster: "tools",
      serviceName: "web",
      taskDefinition: "ecs-demo",
      desiredCount: 1,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: [cloud.network.subnets[0]?.subnetId ?? ""] } },
    });
  });
  afterAll(async () => {
    ecs.destroy();
    await cloud.close();
  });

  it("deploys an image, and is content when it runs", async () => {
    const said = await tool("deploy", "tools", "web", "--image", "web", images[1] ?? "", "--timeout", "60");
    expect(said).toContain("Successfully created revision: 2");
    expect(said).toContain("Deployment successful");
    expect(await service()).toMatchObject({ revision: "2", runningCount: 1 });
    // Its default is to deregister the revision before.
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: "ecs-demo:1" });
    expect(taskDefinition?.status).toBe("INACTIVE");
  }, 90_000);

  it("compares revisions", async () => {
    expect(await tool("diff", "ecs-demo", "1", "2")).toContain(images[1]);
  });

  it("scales", async () => {
    expect(await tool("scale", "tools", "web", "2", "--timeout", "60")).toContain("Scaling successful");
    expect(await service()).toMatchObject({ desiredCount: 2, runningCount: 2 });
  }, 90_000);

  it("goes back to the revision before where an image cannot be pulled", async () => {
    const missing = `${new URL(cloud.endpoint).host}/ecs-demo:missing`;
    const deploy = tool("deploy", "tools", "web", "--image", "web", missing, "--rollback", "--timeout", "5");
    await expect(deploy).rejects.toThrow(/Rolling back to task definition: ecs-demo:2[\s\S]*Rollback successful/);
    expect(await service()).toMatchObject({ revision: "2" });
  }, 90_000);
});
