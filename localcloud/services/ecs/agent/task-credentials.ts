/**
 * The credentials of task roles: temporary keys that the containers of a task fetch, and that the local cloud's APIs take.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../../../clock.ts";
import type { AccessKeys, KnownKey } from "../../../gateway/sigv4.ts";
import type { ContainerCredentials } from "../../../metadata/container-credentials.ts";
import type { Account } from "../arn.ts";
import type { TaskRoleCheck } from "../roles.ts";
import type { Task } from "../state.ts";

const HOUR_MS = 60 * 60_000;
const LIFETIME_MS = 6 * HOUR_MS;
/** SDKs ask again in the last minutes of a key's life, and must then get a fresh one. */
const RENEWED_BEFORE_MS = HOUR_MS;

interface Key extends KnownKey {
  readonly accessKeyId: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
}

export class TaskCredentials implements AccessKeys {
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #roles: TaskRoleCheck;
  readonly #tasks = new Map<string, Task>();
  readonly #keys = new Map<string, Key>();
  readonly #newest = new Map<Task, Key>();

  constructor(clock: Clock, account: Account, roles: TaskRoleCheck) {
    this.#clock = clock;
    this.#account = account;
    this.#roles = roles;
  }

  /** What stands for the task where its containers ask; undefined for a task without a task role. It ends with the task. */
  token(task: Task): string | undefined {
    this.#forget();
    if (this.#roles.taskRole(task) === undefined) return undefined;
    const token = randomUUID();
    this.#tasks.set(token, task);
    return token;
  }

  /** What the containers are answered; undefined for a token that stands for nothing. */
  lookup(token: string): ContainerCredentials | undefined {
    const task = this.#tasks.get(token);
    const role = task === undefined ? undefined : this.#roles.taskRole(task);
    if (task === undefined || role === undefined || task.lastStatus === "STOPPED") return undefined;
    const key = this.#current(task, role);
    return {
      RoleArn: role.arn,
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      Token: key.sessionToken,
      Expiration: new Date(key.expiresAt),
    };
  }

  find(accessKeyId: string): KnownKey | undefined {
    return this.#keys.get(accessKeyId);
  }

  #current(task: Task, role: { arn: string; id: string; name: string }): Key {
    const newest = this.#newest.get(task);
    if (newest !== undefined && newest.expiresAt - this.#clock.now() > RENEWED_BEFORE_MS) return newest;
    const key = this.#newKey(task, role);
    this.#newest.set(task, key);
    this.#keys.set(key.accessKeyId, key);
    return key;
  }

  #newKey({ id }: Task, role: { id: string; name: string }): Key {
    const { accountId } = this.#account;
    const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    return {
      accessKeyId,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(96).toString("base64"),
      expiresAt: this.#clock.now() + LIFETIME_MS,
      principal: {
        accountId,
        arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${id}`,
        userId: `${role.id}:${id}`,
        accessKeyId,
      },
    };
  }

  #forget(): void {
    for (const [token, task] of this.#tasks)
      if (task.lastStatus === "STOPPED") {
        this.#tasks.delete(token);
        this.#newest.delete(task);
      }
    // A key is refused as expired for a while, and as unknown afterwards.
    for (const [id, { expiresAt }] of this.#keys)
      if (expiresAt + LIFETIME_MS < this.#clock.now()) this.#keys.delete(id);
  }
}
