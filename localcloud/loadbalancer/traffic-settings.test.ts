import { describe, expect, it } from "vitest";
import { generatedBody } from "./generated-answers.ts";
import { send, useListener } from "./testing.ts";
import { defaultTrafficSettings, type TrafficSettings } from "./traffic-settings.ts";

const fixture = useListener();
const treat = (settings: Partial<TrafficSettings>) =>
  fixture.loadBalancing.treat("listener", { ...defaultTrafficSettings, ...settings });

describe("the idle timeout", () => {
  it("ends a request that stands still for longer", async () => {
    treat({ idleTimeoutMs: 5000 });
    const arrived = Promise.withResolvers<void>();
    await fixture.serve(() => arrived.resolve());
    const answer = send(fixture.port);
    await arrived.promise;
    await fixture.clock.advance(4999);
    expect(fixture.group.targets[0]?.inFlight.size).toBe(1);
    await fixture.clock.advance(1);
    expect(await answer).toMatchObject({ status: 504, body: generatedBody(504) });
  });

  it("is kept when the listener moves", async () => {
    treat({ idleTimeoutMs: 5000 });
    await fixture.loadBalancing.move("listener", 81);
    const port = fixture.loadBalancing.listeners()[0]?.boundPort ?? 0;
    const arrived = Promise.withResolvers<void>();
    await fixture.serve(() => arrived.resolve());
    const answer = send(port);
    await arrived.promise;
    await fixture.clock.advance(5000);
    expect(await answer).toMatchObject({ status: 504 });
  });

  it("tells clients how long a connection is kept", async () => {
    treat({ idleTimeoutMs: 7000 });
    await fixture.serve((_request, response) => void response.end());
    const { headers } = await send(fixture.port, { headers: { Connection: "keep-alive" } });
    expect(headers["keep-alive"]).toBe("timeout=7");
  });
});

describe("X-Forwarded-For", () => {
  it.each<[Partial<TrafficSettings>, string]>([
    [{}, "^203.0.113.7, 127.0.0.1$"],
    [{ forwardsClientPort: true }, "^203.0.113.7, 127.0.0.1:\\d+$"],
    [{ forwardedFor: "preserve" }, "^203.0.113.7$"],
    [{ forwardedFor: "remove" }, "^undefined$"],
  ])("with %j reaches the target as %s", async (settings, expected) => {
    treat(settings);
    await fixture.serve((request, response) => void response.end(String(request.headers["x-forwarded-for"])));
    const { body } = await send(fixture.port, { headers: { "X-Forwarded-For": "203.0.113.7" } });
    expect(body).toMatch(new RegExp(expected));
  });
});
