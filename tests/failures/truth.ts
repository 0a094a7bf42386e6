/** What every result must be true of, whatever it is about: ECS is asked once more when the run has ended. */
import { expect } from "vitest";
import type { FailureRun, FailureStage } from "./failure-stage.fixture.ts";

interface Told {
  readonly service: string;
  readonly outcome: string;
  readonly deploymentId?: string;
  readonly now: { readonly deploymentId?: string; readonly taskDefinitionArn?: string };
  readonly services?: readonly Told[];
}

/** These are ends: what is told of them is so until somebody changes it. */
const ends = ["deployed", "rolled-back", "superseded"];

/** Never `deployed` where the service's PRIMARY deployment is not the run's; never a `now` that is not so. */
export async function expectTruth(stage: FailureStage, { result, talk }: FailureRun): Promise<void> {
  const told = result as unknown as Told;
  const ended = (told.services ?? [told]).filter(({ outcome }) => ends.includes(outcome));
  if (ended.length > 0) await stage.faults();
  for (const { service, outcome, deploymentId, now } of ended) {
    const { id, taskDefinition, rolloutState } = await stage.others.primary(service);
    expect({ deploymentId: id, taskDefinitionArn: taskDefinition }, talk).toEqual({
      deploymentId: now.deploymentId,
      taskDefinitionArn: now.taskDefinitionArn,
    });
    if (outcome === "deployed")
      expect({ id, rolloutState }, talk).toEqual({ id: deploymentId, rolloutState: "COMPLETED" });
    else expect(id, talk).not.toBe(deploymentId);
  }
}
