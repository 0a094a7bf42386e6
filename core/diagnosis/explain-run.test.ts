import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { diagnosed, image, task } from "./diagnosed.fixture.ts";

describe("a task that ran and did not go on", () => {
  it.each<[string, Partial<Task>, { cause: string; why: string; fix: string }]>([
    [
      "an exit at the start",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [
          { name: "sidecar", exitCode: 143 },
          { name: "web", image, exitCode: 3 },
        ],
      },
      {
        cause: "container-exited",
        why: "container web exited with code 3 3 s after its start, 1 task of 1",
        fix: "correct what makes container web exit (see its log), and deploy again",
      },
    ],
    [
      "an end by SIGKILL",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "web", image, exitCode: 137 }],
      },
      {
        cause: "container-exited",
        why: "container web exited with code 137 3 s after its start, 1 task of 1",
        fix: expect.stringContaining("and the memory that the task used: 137 is SIGKILL"),
      },
    ],
    [
      "too little memory",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [
          { name: "web", image, exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" },
        ],
      },
      {
        cause: "out-of-memory",
        why: "container web was killed because it used more memory than it has (now 256 MiB), 1 task of 1",
        fix: "raise memory of container web (now 256 MiB), or let it use less",
      },
    ],
    [
      "a failing container health check",
      { stopCode: "ServiceSchedulerInitiated", stoppedReason: "Task failed container health checks" },
      {
        cause: "container-health-check",
        why: "the health check of container web (CMD node check.js) failed again and again, 1 task of 1",
        fix: "let the health check of container web succeed within 20 s of the start, or raise its startPeriod",
      },
    ],
  ])("recognises %s", async (_what, changes, expected) => {
    const { diagnosis } = diagnosed({ stopped: [task("abc", changes)] });
    expect(await diagnosis).toMatchObject(expected);
  });
});
