/** Does one step of a sequence. */
import type { CreateServiceRequest, DeploymentConfiguration, UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { AwsError } from "../../localcloud/protocol/aws-error.ts";
import type { Task } from "../../localcloud/services/ecs/state.ts";
import { CONTAINER, PORT, taskDefinition } from "./images.ts";
import { ALARMS, type CreateStep, type Revision, type Step, type UpdateStep } from "./steps.ts";
import { SUBNET, TARGET_GROUPS, type World } from "./world.ts";

/** What ECS may refuse of what the steps ask: there is no such service, or there is one already, or nothing to stop. */
const REFUSALS = [
  "InvalidParameterException",
  "ServiceNotFoundException",
  "ServiceNotActiveException",
  "ConflictException",
];

/** @throws whatever the local cloud throws that is not AWS's refusal. */
export async function perform(world: World, step: Step): Promise<void> {
  try {
    await ask(world, step);
  } catch (error) {
    if (!(error instanceof AwsError) || !REFUSALS.includes(error.code)) throw error;
  }
}

async function ask(world: World, step: Step): Promise<unknown> {
  switch (step.step) {
    case "create":
      return world.call("CreateService", await createRequest(world, step));
    case "update":
      return world.call("UpdateService", await updateRequest(world, step));
    case "stop a task":
      return stopTask(world, step.nth);
    case "break a container":
      return world.runtime.break(pick(runningContainers(world), step.nth) ?? "", step.how);
    case "lose the engine":
      return world.runtime.loseEngine(step.seconds);
    case "set an alarm":
      return world.alarms.setState({ AlarmName: step.alarm, StateValue: step.state, StateReason: "" }, step.state);
    case "stop the deployment":
      return stopDeployment(world, step.service);
    case "delete":
      return world.call("DeleteService", { service: step.service, force: true });
    case "wait":
      return world.clock.advance(step.seconds * 1000);
  }
}

async function createRequest(world: World, step: CreateStep): Promise<CreateServiceRequest> {
  return {
    serviceName: step.service,
    taskDefinition: await registered(world, step.revision),
    desiredCount: step.desiredCount,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: [SUBNET] } },
    loadBalancers: loadBalancers(step.targetGroups),
    healthCheckGracePeriodSeconds: step.graceSeconds,
    deploymentConfiguration: deploymentConfiguration(step.deployment),
  };
}

async function updateRequest(world: World, step: UpdateStep): Promise<UpdateServiceRequest> {
  const { revision, desiredCount, targetGroups, force, deployment } = step;
  return {
    service: step.service,
    ...(revision === undefined ? {} : { taskDefinition: await registered(world, revision) }),
    ...(desiredCount === undefined ? {} : { desiredCount }),
    ...(targetGroups === undefined ? {} : { loadBalancers: loadBalancers(targetGroups) }),
    ...(force === undefined ? {} : { forceNewDeployment: force }),
    ...(deployment === undefined ? {} : { deploymentConfiguration: deploymentConfiguration(deployment) }),
  };
}

/** The ARN of the revision, which is registered once. */
async function registered(world: World, revision: Revision): Promise<string> {
  const key = JSON.stringify([revision.image, revision.healthCheck, revision.besides]);
  const known = world.revisions.get(key);
  if (known !== undefined) return known;
  const { taskDefinition: made } = await world.call("RegisterTaskDefinition", taskDefinition(revision));
  const arn = made?.taskDefinitionArn ?? "";
  world.revisions.set(key, arn);
  return arn;
}

function deploymentConfiguration(settings: CreateStep["deployment"]): DeploymentConfiguration {
  const { minimumHealthyPercent, maximumPercent, breaker, alarms, bakeTimeInMinutes } = settings;
  return {
    minimumHealthyPercent,
    maximumPercent,
    deploymentCircuitBreaker: switched(breaker),
    alarms: { ...switched(alarms), alarmNames: [...ALARMS] },
    ...(bakeTimeInMinutes === 0 ? {} : { bakeTimeInMinutes }),
  };
}

function switched(how: "off" | "on" | "rollback") {
  return { enable: how !== "off", rollback: how === "rollback" };
}

function loadBalancers(targetGroups: number): NonNullable<CreateServiceRequest["loadBalancers"]> {
  return TARGET_GROUPS.slice(0, targetGroups).map((targetGroupArn) => ({
    targetGroupArn,
    containerName: CONTAINER,
    containerPort: PORT,
  }));
}

async function stopTask(world: World, nth: number): Promise<void> {
  const task = pick(tasks(world), nth);
  if (task !== undefined) await world.call("StopTask", { task: task.arn });
}

/** The newest deployment, whatever its state. */
async function stopDeployment(world: World, name: string): Promise<void> {
  const { serviceDeployments = [] } = await world.call("ListServiceDeployments", { service: name });
  const [newest] = serviceDeployments;
  if (newest !== undefined)
    await world.call("StopServiceDeployment", { serviceDeploymentArn: newest.serviceDeploymentArn });
}

function tasks({ state }: World): Task[] {
  const all = [...state.clusters.values()].flatMap((cluster) => [...cluster.tasks.values()]);
  return all.filter(({ lastStatus }) => lastStatus !== "STOPPED");
}

function runningContainers(world: World): string[] {
  const containers = tasks(world).flatMap((task) => task.containers);
  return containers.flatMap(({ lastStatus, runtimeId }) => (lastStatus === "RUNNING" ? (runtimeId ?? []) : []));
}

function pick<Item>(items: readonly Item[], nth: number): Item | undefined {
  return items.length === 0 ? undefined : items[nth % items.length];
}
