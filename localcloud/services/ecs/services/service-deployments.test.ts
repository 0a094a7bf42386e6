import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs } from "../ecs.fixture.ts";

let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

async function newest() {
  const { serviceDeployments = [] } = await ecs.call("ListServiceDeployments", { service: "web" });
  const arn = serviceDeployments[0]?.serviceDeploymentArn ?? "";
  const described = await ecs.call("DescribeServiceDeployments", { serviceDeploymentArns: [arn] });
  return { arn, deployment: described.serviceDeployments?.[0] };
}

describe("StopServiceDeployment", () => {
  it("rolls back what is under way, without a circuit breaker", async () => {
    await ecs.steady();
    const before = await ecs.service();
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2") });
    const { arn } = await newest();
    expect(await ecs.call("StopServiceDeployment", { serviceDeploymentArn: arn, stopType: "ROLLBACK" })).toEqual({
      serviceDeploymentArn: arn,
    });
    const going = await newest();
    expect(going.deployment).toMatchObject({
      status: "ROLLBACK_IN_PROGRESS",
      statusReason: "Service deployment rolled back because a user stopped it.",
      rollback: { serviceRevisionArn: before.currentServiceRevisions?.[0]?.arn },
    });
    // Asked again, it goes on.
    await ecs.call("StopServiceDeployment", { serviceDeploymentArn: arn });
    await ecs.clock.advance(60_000);
    expect((await newest()).deployment?.status).toBe("ROLLBACK_SUCCESSFUL");
    expect(await ecs.service()).toMatchObject({
      taskDefinition: before.taskDefinition,
      runningCount: 2,
      deployments: [{ id: before.deployments?.[0]?.id, rolloutState: "COMPLETED" }],
    });
    expect(await ecs.events()).toContain("(service web) rolling back to deployment D.");
  });

  it("finds nothing to go back to on a first deployment", async () => {
    await ecs.createService(await ecs.register("web:1"));
    const { arn } = await newest();
    await ecs.call("StopServiceDeployment", { serviceDeploymentArn: arn });
    expect((await newest()).deployment).toMatchObject({
      status: "ROLLBACK_FAILED",
      statusReason: "No rollback candidate was found to run the rollback.",
    });
  });

  it("is refused for what is over, for what never was, and for ABORT", async () => {
    await ecs.steady();
    const { arn } = await newest();
    const stop = (serviceDeploymentArn: string, stopType?: "ABORT") =>
      ecs.call("StopServiceDeployment", { serviceDeploymentArn, ...(stopType === undefined ? {} : { stopType }) });
    await expect(stop(arn)).rejects.toMatchObject({
      code: "ConflictException",
      message: expect.stringContaining("SUCCESSFUL"),
    });
    await expect(stop(`${arn}x`)).rejects.toMatchObject({ code: "ServiceDeploymentNotFoundException" });
    await expect(stop(arn, "ABORT")).rejects.toMatchObject({
      code: "NotImplemented",
      message: expect.stringContaining("stopType ABORT"),
    });
  });
});
