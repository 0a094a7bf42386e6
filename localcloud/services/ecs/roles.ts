/**
 * The roles of a task, which Amazon ECS assumes before it starts it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
import type { TaskOverride } from "@aws-sdk/client-ecs";
import { type Account, ecsArn } from "./arn.ts";
import type { Cluster, RegisteredDefinition } from "./state.ts";

const ECS_TASKS = "ecs-tasks.amazonaws.com";

/** IAM, as far as Amazon ECS asks it. */
export interface RoleSource {
  /** The role, by ARN or name, if its trust policy lets the service assume it in that context. */
  assumable(
    arnOrName: string,
    service: string,
    context: Readonly<Record<string, string>>,
  ): { readonly arn: string; readonly id: string; readonly name: string } | undefined;
}

export interface TaskRoles {
  readonly definition: RegisteredDefinition;
  readonly overrides: TaskOverride;
  readonly cluster: Cluster;
}

/** Whether ECS may assume a role for a task. */
export class TaskRoleCheck {
  readonly #roles: RoleSource;
  readonly #account: Account;

  constructor(roles: RoleSource, account: Account) {
    this.#roles = roles;
    this.#account = account;
  }

  /** The role that the task's containers work with; undefined where it has none. */
  taskRole({ definition, overrides, cluster }: TaskRoles) {
    const role = overrides.taskRoleArn ?? definition.taskRoleArn;
    return role === undefined ? undefined : this.#assumed(role, cluster);
  }

  /** Why the task cannot be started, in ECS's sentence; undefined where nothing stands in the way. */
  refusal({ definition, overrides, cluster }: TaskRoles): string | undefined {
    const roles = [
      overrides.executionRoleArn ?? definition.executionRoleArn,
      overrides.taskRoleArn ?? definition.taskRoleArn,
    ];
    const refused = roles.find((role) => role !== undefined && this.#assumed(role, cluster) === undefined);
    return refused === undefined
      ? undefined
      : `ECS was unable to assume the role '${refused}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`;
  }

  #assumed(role: string, cluster: Cluster) {
    return this.#roles.assumable(role, ECS_TASKS, {
      "aws:SourceAccount": this.#account.accountId,
      "aws:SourceArn": ecsArn(this.#account, `cluster/${cluster.name}`),
    });
  }
}
