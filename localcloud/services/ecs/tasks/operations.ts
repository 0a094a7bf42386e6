import type { ECS, ListTasksRequest } from "@aws-sdk/client-ecs";
import type { Operations } from "../../../gateway/service.ts";
import type { Network } from "../../ec2/network.ts";
import type { TaskHooks } from "../agent/agent.ts";
import { ecsArn, nameInCluster } from "../arn.ts";
import type { Capacity } from "../capacity.ts";
import { chosenStrategy, spread } from "../capacity-strategy.ts";
import { findCluster } from "../clusters.ts";
import { clientError, invalidParameter, refuseUnsupported, taskNotFound } from "../errors.ts";
import { page } from "../paging.ts";
import type { TaskRoleCheck } from "../roles.ts";
import { findService } from "../services/operations.ts";
import type { Cluster, EcsState, Task } from "../state.ts";
import { findActiveDefinition } from "../task-definitions/operations.ts";
import { ClientTokens } from "./client-tokens.ts";
import { describeTask } from "./describe.ts";
import { runTaskOrder } from "./run-task-order.ts";
import type { Tasks } from "./tasks.ts";

const UNSUPPORTED = ["placementConstraints", "placementStrategy", "referenceId", "volumeConfigurations"];
const MOST_TASKS_A_CALL = 10;

/** A standalone task has no targets and nobody who waits for it. */
const STANDALONE: TaskHooks = { changed: () => {}, activating: () => {}, deactivating: async () => {} };

type TaskOperations = Pick<Operations<ECS>, "DescribeTasks" | "ListTasks" | "RunTask" | "StopTask">;

export function taskOperations({
  state,
  tasks,
  network,
  roles,
  capacity,
}: {
  state: EcsState;
  tasks: Tasks;
  network: Network;
  roles: TaskRoleCheck;
  capacity: Capacity;
}): TaskOperations {
  const tokens = new ClientTokens();
  return {
    RunTask(input) {
      refuseUnsupported("RunTask", input, UNSUPPORTED);
      const cluster = findCluster(state, input.cluster);
      const definition = findActiveDefinition(state, input.taskDefinition);
      const order = runTaskOrder(input, cluster, definition, network);
      const count = input.count ?? 1;
      if (count < 1 || count > MOST_TASKS_A_CALL)
        throw invalidParameter(`Count must be between 1 and ${MOST_TASKS_A_CALL}.`);
      const refusal = roles.refusal(order);
      if (refusal !== undefined) throw clientError(refusal);
      const lack = capacity.lack(order.launchType);
      if (lack !== undefined)
        return { tasks: [], failures: Array.from({ length: count }, () => ({ reason: lack.reason })) };
      const strategy = chosenStrategy(cluster, input);
      const launched = tokens.once(input, () =>
        spread(strategy, count).map((capacityProvider) => tasks.launch({ ...order, capacityProvider }, STANDALONE)),
      );
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
