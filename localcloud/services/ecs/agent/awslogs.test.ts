import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../clock.ts";
import { LogStore } from "../../logs/store.ts";
import { openLog } from "./awslogs.ts";
import { StartFailure } from "./start-failure.ts";

const clock = new ManualClock();
const place = { container: "web", taskId: "1" };

function open(logs: LogStore, options: Record<string, string>) {
  return openLog({ logDriver: "awslogs", options: { "awslogs-region": "us-east-1", ...options } }, place, {
    logs,
    clock,
  });
}

describe("the awslogs driver", () => {
  it("writes into the stream of the container and task, in a group that it makes where it may", () => {
    const logs = new LogStore(clock);
    open(logs, { "awslogs-group": "/ecs/web", "awslogs-stream-prefix": "app", "awslogs-create-group": "true" })(
      "hello",
    );
    expect([...logs.group("/ecs/web").streams.keys()]).toEqual(["app/web/1"]);
  });

  it.each([
    ["a group that is missing", { "awslogs-group": "/ecs/web" }, "ResourceNotFoundException"],
    ["a group that cannot be", { "awslogs-group": "a b", "awslogs-create-group": "true" }, "InvalidParameterException"],
    [
      "a stream that cannot be",
      { "awslogs-group": "a", "awslogs-create-group": "true", "awslogs-stream-prefix": "a:b" },
      "InvalidParameterException",
    ],
  ])("cannot start with %s, which is the task's failure", (_what, options, code) => {
    const opening = () => open(new LogStore(clock), options);
    expect(opening).toThrow(StartFailure);
    expect(opening).toThrow(code);
  });

  it("stops writing into a group that is deleted", () => {
    const logs = new LogStore(clock);
    logs.createGroup("a");
    const output = open(logs, { "awslogs-group": "a" });
    logs.deleteGroup("a");
    expect(() => output("late")).not.toThrow();
  });
});
