/** Tasks that there is no room for. */
import { CreateServiceCommand } from "@aws-sdk/client-ecs";
import { CLUSTER } from "../../demo/bootstrap.ts";
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import { given, rolledBack } from "./start-seen.ts";

/** A service of launch type EC2 in a cluster without container instances. */
async function serviceOnInstances(stage: FailureStage, serviceName: string): Promise<void> {
  const { networkConfiguration, deploymentConfiguration } = await stage.others.service();
  const { subnets = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
  await stage.others.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName,
      taskDefinition: "ecs-demo:2",
      desiredCount: 0,
      launchType: "EC2",
      networkConfiguration: { awsvpcConfiguration: { subnets } },
      deploymentConfiguration,
    }),
  );
}

export const capacityFailures: readonly Failure[] = [
  {
    name: "no capacity: Fargate",
    runtimes: ["simulated"],
    release: async (stage) => {
      await stage.page("PUT", "capacity", { fargate: "unavailable" });
      return given({ image: await stage.image("2.0.0") });
    },
    seen: rolledBack({
      cause: "unplaceable",
      why: /^no task could be placed: Capacity is unavailable at this time\. Please try again later or in a different availability zone$/,
      fix: /^deploy again later, or give service web subnets in more Availability Zones$/,
      evidence: { events: /was unable to place a task\. Reason: Capacity is unavailable at this time\./ },
      stops: false,
    }),
  },
  {
    name: "no capacity: no container instances",
    runtimes: ["simulated"],
    release: async (stage) => {
      await serviceOnInstances(stage, "on-instances");
      const image = await stage.image("2.0.0");
      return given({ image, services: ["on-instances"], flags: ["--desired-count", "1"] });
    },
    seen: {
      // Nothing can be placed for the revision before either.
      outcome: "failed",
      exitCode: 1,
      cause: "unplaceable",
      why: /^no task could be placed: No Container Instances were found in your cluster$/,
      fix: /^register container instances with cluster ecs-demo, or run service on-instances on Fargate$/,
      evidence: {
        events: /was unable to place a task .*Reason: No Container Instances were found in your cluster\.$/m,
      },
      now: /^now {6}ecs-demo:2: 0 of 1 running, FAILED/m,
      mutating: ["RegisterTaskDefinition", "UpdateService"],
    },
  },
];
