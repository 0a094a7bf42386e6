import { describe, expect, it } from "vitest";
import { ToolkitError } from "../platform/errors.ts";
import { deploy, old, ours, oursDone } from "./deploying.fixture.ts";
import { awsError, service, type Timeline } from "./scripted-aws.fixture.ts";

describe("a watch that is interrupted", () => {
  it("ends exactly at the deadline", async () => {
    const { result } = await deploy({ after: [[0, service([ours(), old()])]] }, { input: { "wait-for-minutes": 2 } });
    expect(result).toMatchObject({
      outcome: "timed-out",
      durationMs: 120_000,
      error: { code: "DEPLOYMENT_TIMED_OUT", remedy: expect.stringContaining("goes on") },
    });
  });

  it("reads on, slower, where a reading is throttled", async () => {
    const throttled = awsError("ThrottlingException", "Rate exceeded");
    const { result, aws, log } = await deploy({
      after: [
        [0, service([ours(), old()])],
        [10, throttled],
        [70, service([oursDone])],
      ],
    });
    expect(result.outcome).toBe("deployed");
    expect(log.lines.filter((line) => line.includes("Rate exceeded")).length).toBe(1);
    expect(aws.calls.filter((call) => call.startsWith("DescribeServices")).length).toBeLessThan(22);
  });

  it("ends at once with its own error where the credentials expire, and says what goes on", async () => {
    const expired = awsError("ExpiredTokenException", "The security token included in the request is expired");
    await expect(
      deploy({
        after: [
          [0, service([ours(), old()])],
          [10, expired],
        ],
      }),
    ).rejects.toMatchObject({
      code: "AWS_CREDENTIALS_EXPIRED",
      message: expect.stringMatching(
        /expired.* Deployment ecs-svc\/2 of web:43 in service web goes on without being watched$/,
      ),
    });
  });

  it("says what stays registered where the service is there no more", async () => {
    const gone = new ToolkitError("ECS_SERVICE_NOT_FOUND", "cluster main has no service web", "Create it.");
    const after: Timeline = [
      [0, service([ours(), old()])],
      [10, gone],
    ];
    await expect(deploy({ after })).rejects.toMatchObject({
      code: "ECS_SERVICE_NOT_FOUND",
      message: expect.stringMatching(/ web\. web:43 stays registered$/),
    });
  });

  it("leaves the deployment and says so where the run is ended", async () => {
    const { result } = await deploy({ after: [[0, service([ours(), old()])]] }, { abortAt: "UpdateService" });
    expect(result).toMatchObject({
      outcome: "cancelled",
      deploymentId: "ecs-svc/2",
      error: { code: "DEPLOYMENT_CANCELLED", message: expect.stringContaining("ecs-svc/2 of web:43 goes on") },
    });
  });
});
