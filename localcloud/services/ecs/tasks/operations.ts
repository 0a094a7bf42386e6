import type { ECS, ListTasksRequest, RunTaskRequest } from "@aws-sdk/client-ecs";
import type { Operations } from "../../../gateway/service.ts";
import type { Network } from "../../ec2/network.ts";
import type { TaskHooks } from "../agent/agent.ts";
import { ecsArn, nameInCluster } from "../arn.ts";
import { findCluster } from "../clusters.ts";
import { invalidParameter, NO_INSTANCES, refuseUnsupported, taskNotFound } from "../errors.ts";
import { page } from "../paging.ts";
import { findService } from "../services/operations.ts";
import { checkNetwork, checkPlatform } from "../services/settings.ts";
import type { Cluster, EcsState, RegisteredDefinition, Task } from "../state.ts";
import { checkedTags } from "../tags.ts";
import { findActiveDefinition } from "../task-definitions/operations.ts";
import { ClientTokens } from "./client-tokens.ts";
import { describeTask } from "./describe.ts";
import type { TaskOrder, Tasks } from "./tasks.ts";

const UNSUPPORTED = [
  "capacityProviderStrategy",
  "placementConstraints",
  "placementStrategy",
  "referenceId",
  "volumeConfigurations",
];
const MOST_TASKS_A_CALL = 10;

/** A standalone task has no targets and nobody who waits for it. */
const STANDALONE: TaskHooks = { changed: () => {}, activating: () => {}, deactivating: async () => {} };

type TaskOperations = Pick<Operations<ECS>, "DescribeTasks" | "ListTasks" | "RunTask" | "StopTask">;

export function taskOperations({
  state,
  tasks,
  network,
}: {
  state: EcsState;
  tasks: Tasks;
  network: Network;
}): TaskOperations {
  const tokens = new ClientTokens();
  return {
    RunTask(input) {
      refuseUnsupported("RunTask", input, UNSUPPORTED);
      const cluster = findCluster(state, input.cluster);
      const definition = findActiveDefinition(state, input.taskDefinition);
      const order = orderOf(input, cluster, definition, network);
      const count = input.count ?? 1;
      if (count < 1 || count > MOST_TASKS_A_CALL)
        throw invalidParameter(`Count must be between 1 and ${MOST_TASKS_A_CALL}.`);
      const launched = tokens.once(input, () => Array.from({ length: count }, () => tasks.launch(order, STANDALONE)));
      return { tasks: launched.map((task) => describeTask(task, ["TAGS"])), failures: [] };
    },

    StopTask({ cluster, task: reference = "", reason }) {
      const found = findCluster(state, cluster);
      const task = found.tasks.get(nameInCluster(reference, found));
      if (task === undefined) throw taskNotFound();
      tasks.stop(task, "UserInitiated", reason ?? "Task stopped by user");
      return { task: describeTask(task, []) };
    },

    DescribeTasks(input) {
      const cluster = findCluster(state, input.cluster);
      const asked = input.tasks ?? [];
      if (asked.length === 0) throw invalidParameter("Tasks cannot be empty.");
      if (asked.length > 100) throw invalidParameter("Number of tasks must not be greater than 100.");
      const found = asked.map((reference) => ({
        reference,
        task: cluster.tasks.get(nameInCluster(reference, cluster)),
      }));
      return {
        tasks: found.flatMap(({ task }) => (task === undefined ? [] : [describeTask(task, input.include ?? [])])),
        failures: found
          .filter(({ task }) => task === undefined)
          .map(({ reference }) => ({ arn: asArn(state, cluster, reference), reason: "MISSING" })),
      };
    },

    ListTasks(input) {
      refuseUnsupported("ListTasks", input, ["containerInstance", "daemonName"]);
      const others = [input.family, input.serviceName, input.desiredStatus, input.launchType];
      if (input.startedBy !== undefined && others.some((filter) => filter !== undefined))
        throw invalidParameter("startedBy cannot be combined with another filter.");
      const cluster = findCluster(state, input.cluster);
      const service = input.serviceName === undefined ? undefined : findService(cluster, input.serviceName);
      const arns = [...cluster.tasks.values()]
        .filter((task) => selects(input, task) && (service === undefined || task.owner?.service === service))
        .map(({ arn }) => arn);
      const { items, next } = page(arns, input);
      return { taskArns: items, nextToken: next };
    },
  };
}

/** @throws {AwsError} where the task could not be placed. */
function orderOf(
  input: RunTaskRequest,
  cluster: Cluster,
  definition: RegisteredDefinition,
  network: Network,
): TaskOrder {
  const awsvpc = input.networkConfiguration?.awsvpcConfiguration;
  if (input.launchType !== "FARGATE") throw invalidParameter(NO_INSTANCES);
  if (definition.compatibilities?.includes("FARGATE") !== true)
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  checkNetwork(definition, awsvpc, network);
  checkPlatform(input.platformVersion);
  if (input.propagateTags === "SERVICE")
    throw invalidParameter("Tags can be propagated from SERVICE by a service only.");
  const override = input.overrides?.containerOverrides?.find(
    ({ name }) => !definition.containerDefinitions?.some((container) => container.name === name),
  );
  if (override !== undefined)
    throw invalidParameter(`Override for container named ${override.name} is not a container in the TaskDefinition.`);
  for (const container of input.overrides?.containerOverrides ?? [])
    refuseUnsupported("RunTask overrides", container, ["environmentFiles", "resourceRequirements"]);
  return {
    cluster,
    definition,
    launchType: "FARGATE",
    group: input.group ?? `family:${definition.family}`,
    startedBy: input.startedBy,
    network: awsvpc,
    subnetId: awsvpc?.subnets?.[0],
    availabilityZone: network.findSubnet(awsvpc?.subnets?.[0] ?? "")?.availabilityZone ?? "",
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    overrides: input.overrides ?? {},
    tags: [
      ...(input.propagateTags === "TASK_DEFINITION" ? (definition.tags ?? []) : []),
      ...checkedTags(input.tags ?? []),
    ],
  };
}

function selects({ startedBy, family, launchType, desiredStatus = "RUNNING" }: ListTasksRequest, task: Task): boolean {
  return (
    task.desiredStatus === desiredStatus &&
    (startedBy === undefined || task.startedBy === startedBy) &&
    (family === undefined || task.definition.family === family) &&
    (launchType === undefined || task.launchType === launchType)
  );
}

function asArn(state: EcsState, cluster: Cluster, reference: string): string {
  return reference.startsWith("arn:") ? reference : ecsArn(state.account, `task/${cluster.name}/${reference}`);
}
