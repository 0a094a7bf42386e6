import type { Service } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { awsError } from "./scripted-aws.fixture.ts";
import { ServiceReadings } from "./service-readings.ts";

const never = new AbortController().signal;
const name = (service: string) => ({ cluster: "ecs-demo", service });

function readings(answer: (names: readonly string[], call: number) => readonly Service[], maxDelaySeconds?: number) {
  const clock = new JumpingClock(0);
  const calls: { at: number; names: readonly string[] }[] = [];
  const ecs = {
    async describeServices({ services = [] }: { services?: string[] | undefined }) {
      calls.push({ at: clock.now(), names: services });
      return { services: [...answer(services, calls.length)], $metadata: {} };
    },
  };
  return { all: new ServiceReadings(ecs, { clock, maxDelaySeconds, random: () => 0 }), calls, clock };
}

const found = (names: readonly string[]) => names.map((serviceName) => ({ serviceName }));

describe("ServiceReadings", () => {
  it("reads all that wait by one call, and those that come meanwhile in the same round", async () => {
    const { all, calls } = readings(found);
    const read = await Promise.all(["web", "worker", "cron"].map((each) => all.next(name(each), never)));
    expect(read.map(({ serviceName }) => serviceName)).toEqual(["web", "worker", "cron"]);
    expect(calls).toEqual([{ at: 1000, names: ["web", "worker", "cron"] }]);
  });

  it("slows down after two minutes, and doubles the pause after each failure up to the limit", async () => {
    const { all, calls, clock } = readings((names, call) => {
      if (call > 2) throw awsError("ThrottlingException", "Rate exceeded");
      return found(names);
    });
    await all.next(name("web"), never);
    await clock.sleep(120_000);
    await all.next(name("web"), never);
    for (let failures = 0; failures < 6; failures += 1)
      await expect(all.next(name("web"), never)).rejects.toThrow("Rate");
    const pauses = calls.slice(1).map(({ at }, index) => (at - (calls[index]?.at ?? 0)) / 1000);
    expect(pauses).toEqual([122, 2, 4, 8, 16, 20, 20]);
  });

  it("never pauses longer than it was told to", async () => {
    const { all, calls } = readings(() => {
      throw awsError("ThrottlingException", "Rate exceeded");
    }, 3);
    for (let failures = 0; failures < 5; failures += 1)
      await expect(all.next(name("web"), never)).rejects.toThrow("Rate");
    expect(calls.map(({ at }) => at / 1000)).toEqual([1, 3, 6, 9, 12]);
  });

  it("fails only the one that is not there, and makes no call for those that gave up", async () => {
    const { all, calls } = readings((names) => found(names.filter((each) => each !== "gone")));
    const ending = new AbortController();
    const left = all.next(name("left"), ending.signal);
    const both = Promise.allSettled([all.next(name("web"), never), all.next(name("gone"), never)]);
    ending.abort(new Error("ended"));
    await expect(left).rejects.toThrow("ended");
    const [web, gone] = await both;
    expect(web).toMatchObject({ status: "fulfilled" });
    expect(gone).toMatchObject({ status: "rejected", reason: { code: "ECS_SERVICE_NOT_FOUND" } });
    expect(calls.map(({ names }) => names)).toEqual([["web", "gone"]]);
  });

  it("makes no call where nobody waits any more", async () => {
    const { all, calls, clock } = readings(found);
    const ending = new AbortController();
    const left = all.next(name("web"), ending.signal);
    ending.abort(new Error("ended"));
    const late = all.next(name("web"), never);
    await expect(left).rejects.toThrow("ended");
    await expect(late).resolves.toMatchObject({ serviceName: "web" });
    expect(calls).toHaveLength(1);
    const again = new AbortController();
    const gone = all.next(name("web"), again.signal);
    again.abort(new Error("ended"));
    await expect(gone).rejects.toThrow("ended");
    await clock.sleep(5_000);
    expect(calls).toHaveLength(1);
  });
});
