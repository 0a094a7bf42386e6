/** What the services keep: the state of everything but ECS, whose tasks live with its scheduler. */
import { type Clock, systemClock } from "./clock.ts";
import { AlarmStore } from "./services/cloudwatch/alarm-store.ts";
import { EcrStore } from "./services/ecr/store.ts";
import { MetadataTokens } from "./services/ecs/agent/metadata.ts";
import { TaskCredentials } from "./services/ecs/agent/task-credentials.ts";
import { TaskRoleCheck } from "./services/ecs/roles.ts";
import { RoleStore } from "./services/iam/role-store.ts";
import { LogStore } from "./services/logs/store.ts";
import { SecretStore } from "./services/secretsmanager/secret-store.ts";
import { ParameterStore } from "./services/ssm/parameter-store.ts";

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

export type Stores = Awaited<ReturnType<typeof openStores>>;

/**
 * @param stateFolder where the registry's blobs are; nothing else is on disk
 * @param clock dates what AWS's waits depend on; the rest keeps real time
 */
export async function openStores(stateFolder: string, clock: Clock, account: Account) {
  const { accountId } = account;
  const roles = new RoleStore(systemClock, accountId);
  return {
    ecr: await EcrStore.open({ stateFolder, clock: systemClock, accountId }),
    logs: new LogStore(clock),
    alarms: new AlarmStore(clock, account),
    parameters: new ParameterStore(systemClock, account),
    secrets: new SecretStore(systemClock, account),
    roles,
    taskCredentials: new TaskCredentials(systemClock, account, new TaskRoleCheck(roles, account)),
    metadataTokens: new MetadataTokens(),
  };
}
