import type { Service } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { PinnedDeployment } from "./strategy.ts";

/** What ended a watch before its verdict: the error, and what it was about. */
export class WatchEnded extends ToolkitError {
  readonly pinned: PinnedDeployment;
  /** As it was read last; `undefined` where not one reading succeeded. */
  readonly service: Service | undefined;

  constructor(cause: ToolkitError, { pinned, service }: { pinned: PinnedDeployment; service: Service | undefined }) {
    const { service: name } = pinned.name;
    const target = shortArn(pinned.taskDefinitionArn);
    const left =
      cause.code === "ECS_SERVICE_NOT_FOUND"
        ? `. ${target} stays registered`
        : `. Deployment ${pinned.id} of ${target} in service ${name} goes on without being watched`;
    super(cause.code, `${cause.message}${left}`, cause.remedy, { cause });
    this.pinned = pinned;
    this.service = service;
  }
}
