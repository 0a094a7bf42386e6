/** A deployment that worked, as the tests of what is said of it take it; each changes what it is about. */
import type { DeployResult } from "../deployment/deploy-result.ts";
import { arn } from "../deployment/scripted-aws.fixture.ts";

export const since = new Date(0);

export const deployed: DeployResult = {
  outcome: "deployed",
  service: "web",
  cluster: "ecs-demo",
  region: "eu-west-1",
  strategy: "rolling",
  taskDefinitionArn: arn("web:43"),
  previousTaskDefinitionArn: arn("web:42"),
  deploymentId: "ecs-svc/2",
  changes: [],
  settings: [],
  rollbackRequested: false,
  proof: { status: "proved", reason: "running digest proved" },
  durationMs: 78_400,
  now: {
    status: "ACTIVE",
    taskDefinitionArn: arn("web:43"),
    deploymentId: "ecs-svc/2",
    rolloutState: "COMPLETED",
    running: 2,
    desired: 2,
    others: [],
  },
  reason: "",
  error: undefined,
  diagnosis: undefined,
  notes: [],
  timeline: [],
};
