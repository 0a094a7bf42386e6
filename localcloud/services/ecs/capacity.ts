/**
 * What there is to place tasks on. Fargate's is there until `PUT /_localcloud/capacity` says otherwise; the local cloud
 * has no container instances.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
import * as v from "valibot";
import type { OwnPage } from "../../gateway/own-pages.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { NO_INSTANCES } from "./errors.ts";

/** Why a task cannot be placed, in ECS's words. */
export interface Lack {
  /** As events and RunTask's failures give it. */
  readonly reason: string;
  /** What an event says before it. */
  readonly because: string;
}

const NO_FARGATE: Lack = {
  reason: "Capacity is unavailable at this time. Please try again later or in a different availability zone.",
  because: "",
};
const NOTHING_TO_PLACE_ON: Lack = {
  reason: NO_INSTANCES,
  because: " because no container instance met all of its requirements",
};

const pageSchema = v.strictObject({ fargate: v.picklist(["available", "unavailable"]) });

export class Capacity {
  #fargate: "available" | "unavailable" = "available";

  /** `PUT /_localcloud/capacity`. @throws {AwsError} `ValidationException`, naming the path */
  readonly page: OwnPage = (body) => {
    const { success, output, issues } = v.safeParse(pageSchema, body, { abortEarly: true });
    if (!success)
      throw new AwsError("ValidationException", `${v.getDotPath(issues[0]) ?? "The body"}: ${issues[0].message}`);
    this.#fargate = output.fargate;
    return output;
  };

  /** Why a task cannot be placed now; undefined where it can. */
  lack(launchType: "FARGATE" | "EC2"): Lack | undefined {
    if (launchType === "EC2") return NOTHING_TO_PLACE_ON;
    return this.#fargate === "available" ? undefined : NO_FARGATE;
  }
}
