import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { awsError } from "../deployment/scripted-aws.fixture.ts";
import { at, diagnosed, image, task } from "./diagnosed.fixture.ts";

describe("diagnose", () => {
  it("explains by what most tasks died of, and leaves out other deployments' and scaled-in tasks", async () => {
    const exit: Partial<Task> = {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "web", image, exitCode: 1 }],
    };
    const { diagnosis } = diagnosed({
      stopped: [
        task("a", exit),
        task("b", { stoppedReason: "CannotPullContainerError: not found" }),
        task("c", exit),
        task("d", { startedBy: "ecs-svc/1", stoppedReason: "CannotPullContainerError: not found" }),
        task("e", {
          stopCode: "ServiceSchedulerInitiated",
          stoppedReason: "Scaling activity initiated by (deployment ecs-svc/2)",
        }),
      ],
    });
    const { why, tasks } = await diagnosis;
    expect(why).toMatch(/^container web exited with code 1 .*, 2 tasks of 3$/);
    expect(tasks.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("asks for no log of a container that never ran", async () => {
    const { aws, diagnosis } = diagnosed({
      stopped: [{ ...task("a", { stoppedReason: "CannotStartContainerError: x" }), startedAt: undefined }],
    });
    expect((await diagnosis).logs).toBeUndefined();
    expect(aws.operations()).not.toContain("GetLogEvents");
  });

  it("names each action that is missing, and explains with the rest", async () => {
    const denied = awsError("AccessDeniedException", "no");
    const exit: Partial<Task> = {
      stopCode: "EssentialContainerExited",
      containers: [{ name: "web", image, exitCode: 1 }],
    };
    const { diagnosis } = diagnosed({
      stopped: [task("a", exit)],
      targetHealth: denied,
      logs: awsError("ResourceNotFoundException", "The specified log group does not exist."),
    });
    expect(await diagnosis).toMatchObject({
      cause: "container-exited",
      logs: undefined,
      notes: [
        "elasticloadbalancing:DescribeTargetHealth is not allowed",
        "logs:GetLogEvents failed: ResourceNotFoundException: The specified log group does not exist. (request r-1)",
      ],
    });
  });

  it("knows by its log alone that a program is of another architecture", async () => {
    const exit: Partial<Task> = {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "web", image, exitCode: 1 }],
    };
    const line = (message: string) => [{ timestamp: at(4).getTime(), message }];
    const explainedBy = async (message: string) =>
      diagnosed({ stopped: [task("a", exit)], logs: line(message) }).diagnosis;
    expect(await explainedBy("exec /server: exec format error\n")).toMatchObject({
      cause: "container-cannot-start",
      why: "container web cannot start, its image is not built for linux/amd64: exec /server: exec format error, 1 task of 1",
      fix: `build ${image} for linux/amd64, or set runtimePlatform to what it is built for`,
    });
    expect(await explainedBy("Error: ECONNREFUSED")).toMatchObject({ cause: "container-exited" });
  });

  it("keeps the order of events that have one and the same time", async () => {
    const [second, first] = ["(service web) rolling back", "(service web) deployment failed"];
    const events = [second, first].map((message, id) => ({ id: `${id}`, createdAt: at(1), message }));
    const { diagnosis } = diagnosed({}, { events });
    expect((await diagnosis).events.map(({ message }) => message)).toEqual([first, second]);
  });
});
