import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../deployment/events.ts";
import { stopwatch } from "../platform/duration.ts";
import { recordingLog } from "../platform/recording-log.fixture.ts";
import { changeLine, planLines } from "./plan-lines.ts";
import { WatchTeller } from "./watch-teller.ts";

const digest = (start: string) => `web@sha256:${start.padEnd(64, "0")}`;

describe("changeLine", () => {
  it.each([
    [
      "containerDefinitions[web].image",
      digest("77ab19"),
      digest("9f2c04"),
      "web image  web@sha256:77ab19… → web@sha256:9f2c04…",
    ],
    ["containerDefinitions[web].environment[FEATURE_X]", undefined, "1", "web environment  + FEATURE_X = 1"],
    ["containerDefinitions[web].environment[LOG_LEVEL]", "info", "debug", "web environment  ~ LOG_LEVEL info → debug"],
    ["containerDefinitions[web].environment[OLD]", "", undefined, 'web environment  - OLD (was "")'],
    ["cpu", "256", "512", "cpu  256 → 512"],
    ["ephemeralStorage.sizeInGiB", undefined, "30", "ephemeralStorage.sizeInGiB  + 30"],
  ])("%s", (path, before, after, line) => {
    expect(changeLine({ path, before, after })).toBe(line);
  });
});

describe("planLines", () => {
  it("says what stays, what changes and what was asked for besides", () => {
    const currentArn = "arn:aws:ecs:us-east-1:0:task-definition/web:41";
    const plan = { family: "web", currentArn, revision: undefined, settings: [], force: false };
    const stays = { ...plan, revision: currentArn, changes: [] };
    expect(planLines(stays)).toEqual(["web:41 stays"]);
    expect(planLines({ ...stays, force: true, settings: [{ path: "desiredCount", before: "2", after: "3" }] })).toEqual(
      ["web:41 stays", "  desired count  2 → 3", "  new deployment, as asked"],
    );
    expect(planLines({ ...plan, changes: undefined })).toEqual(["web:41 → a new revision of web"]);
    expect(planLines({ ...stays, revision: currentArn.replace("41", "40") })).toEqual(["web:41 → web:40"]);
  });
});

describe("WatchTeller", () => {
  const counts = (running: number, pending: number, desired = 2) => ({ desired, running, pending, failed: 0 });
  const told = (...events: WatchEvent[]) => {
    const log = recordingLog();
    const teller = new WatchTeller(log);
    for (const event of events) teller.tell(event, 31_000);
    return log.lines;
  };
  const serviceEvent = (message: string) => ({ type: "service-event" as const, at: new Date(0), message });

  it("says in words what the dots show, and leaves the dots out for many tasks", () => {
    const few = { type: "counts" as const, ours: counts(1, 0), others: counts(2, 0) };
    const many = { type: "counts" as const, ours: counts(40, 10, 50), others: counts(0, 0, 0) };
    const gone = { type: "counts" as const, ours: counts(0, 0, 0), others: counts(2, 0) };
    expect(told(few, many, gone)).toEqual([
      "watch:  0:31  new ●○ 1 of 2 running · old ●● 2 running",
      "watch:  0:31  new 40 of 50 running, 10 starting",
      "watch:  0:31  new none · old ●● 2 running",
    ]);
  });

  it("passes ECS's words on where they say more than the counts, and once", () => {
    const arn = "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/web-tg/4b46dcfc21ed5b09";
    const unhealthy = (task: string) =>
      serviceEvent(`(service web) (task ${task}) (port 80) is unhealthy in (target-group ${arn}) due to (reason x).`);
    expect(
      told(
        serviceEvent("(service web) has started 2 tasks: (task a) (task b)."),
        unhealthy("2587d51ec244b02e06f8fc526aaa3bc2"),
        unhealthy("7d2db6a06266c9b30b4931b8f5bbd80a"),
        serviceEvent("(service web) (deployment ecs-svc/2) deployment completed."),
      ),
    ).toEqual([
      "watch:  0:31  (service web) (task 2587…) (port 80) is unhealthy in (target-group web-tg) due to (reason x).",
    ]);
  });

  it("says why tasks stopped once, and a reason that is known no second time", () => {
    const stopped = (...ids: string[]) => ({
      type: "tasks-stopped" as const,
      reason: "Essential container in task exited",
      tasks: ids.map((id) => ({
        id,
        taskArn: id,
        stopCode: "",
        stoppedReason: "",
        createdAt: undefined,
        startedAt: undefined,
        stoppedAt: undefined,
        containers: [],
      })),
    });
    const reason = "tasks failed to start.";
    expect(
      told(
        stopped("a", "b"),
        stopped("c"),
        { type: "rollout-state", state: "FAILED", reason },
        { type: "rolling-back", taskDefinitionArn: "x/web:42", reason },
      ),
    ).toEqual([
      "watch:  0:31  tasks a, b stopped: Essential container in task exited",
      "watch:  0:31  task c stopped: the same",
      "watch:  0:31  tasks failed to start.",
      "watch:  0:31  rolling back to web:42",
    ]);
  });
});

it("reads durations as a stopwatch", () => {
  expect([0, 59_999, 60_000, 3_725_000, -1].map(stopwatch)).toEqual(["0:00", "0:59", "1:00", "1:02:05", "0:00"]);
});
