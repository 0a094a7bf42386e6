/** Where a task's containers find the local cloud: their metadata, and the credentials of their task role. */
import type { Container, Task } from "./services/ecs/state.ts";
import type { Stores } from "./stores.ts";

interface Environment {
  /** Addresses that the container gets in its environment. */
  readonly roleEnvironment: (task: Task) => Record<string, string>;
  readonly metadataUri: (task: Task, container: Container) => string;
}

/** Tasks that are processes of this machine reach the API port itself. */
export function processEnvironment({ metadataTokens, taskCredentials }: Stores, host: () => string): Environment {
  return {
    roleEnvironment(task) {
      // What has no task role has no credentials, and gets no address to send them to.
      const token = taskCredentials.token(task);
      if (token === undefined) return {};
      return {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${host()}/credentials/${token}`,
        AWS_ENDPOINT_URL: `http://${host()}`,
      };
    },
    metadataUri: (task, container) => `http://${host()}/v4/${metadataTokens.issue(task, container)}`,
  };
}

/**
 * Containers reach a listener on their bridge. SDKs send what may be credentials to no other plain address than this
 * machine's own, which a container cannot reach: so they get none.
 */
export function containerEnvironment(
  { metadataTokens }: Stores,
  metadataHost: string,
  onNote: (note: string) => void,
): Environment {
  return {
    roleEnvironment: taskRoleNote(onNote),
    metadataUri: (task, container) => `http://${metadataHost}/v4/${metadataTokens.issue(task, container)}`,
  };
}

/** Said once per role: it is so for every container. */
function taskRoleNote(onNote: (note: string) => void): Environment["roleEnvironment"] {
  const noted = new Set<string>();
  return ({ definition, overrides }) => {
    const role = overrides.taskRoleArn ?? definition.taskRoleArn;
    if (role !== undefined && !noted.has(role)) {
      noted.add(role);
      onNote(`containers get no credentials of task role ${role}: only tasks that run as processes do`);
    }
    return {};
  };
}
