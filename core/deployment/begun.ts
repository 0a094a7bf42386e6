import type { PinnedDeployment } from "./strategy.ts";

/** A deployment that is under way, as text can keep it for another process. */
export interface BegunDeployment {
  readonly cluster: string;
  readonly service: string;
  readonly id: string;
  readonly taskDefinitionArn: string;
  /** ISO 8601, AWS's clock. */
  readonly createdAt: string;
  /** What was PRIMARY before. */
  readonly previous: { readonly id: string; readonly taskDefinition: string } | undefined;
}

export function begunDeployment({
  name,
  id,
  taskDefinitionArn,
  createdAt,
  previous,
}: PinnedDeployment): BegunDeployment {
  return {
    ...name,
    id,
    taskDefinitionArn,
    createdAt: createdAt.toISOString(),
    previous:
      previous?.id === undefined ? undefined : { id: previous.id, taskDefinition: previous.taskDefinition ?? "" },
  };
}
