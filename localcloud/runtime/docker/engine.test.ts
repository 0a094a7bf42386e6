import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { playEngine } from "./engine.fixture.ts";
import { Engine, EngineError } from "./engine.ts";

describe("an engine", () => {
  it.each([
    ["1.41", "1.41"],
    ["1.99", "1.45"],
  ])("whose API is %s is spoken to in %s", async (offered, spoken) => {
    let asked = "";
    const answer = ({ url = "" }: IncomingMessage) => {
      asked = url;
      return { body: [] };
    };
    const { address } = await playEngine({ "GET /containers/json": answer }, offered);
    const engine = await Engine.connect(address);
    await engine.json(v.array(v.unknown()), "GET", "/containers/json", { query: { all: "1", label: ["a", "b=c d"] } });
    engine.close();
    expect(asked).toBe(`/v${spoken}/containers/json?all=1&label=a&label=b%3Dc+d`);
  });

  it("that is too old, is none or does not answer is not used", async () => {
    const old = await playEngine({}, "1.40");
    await expect(Engine.connect(old.address)).rejects.toThrow("the engine's API is 1.40, older than 1.41");
    const none = await playEngine({}, "");
    await expect(Engine.connect(none.address)).rejects.toThrow(
      `what answers at tcp://127.0.0.1:${none.address.port} is no Docker engine`,
    );
    await expect(Engine.connect({ socketPath: "/nonexistent.sock" })).rejects.toThrow(
      "Cannot connect to the Docker daemon at unix:///nonexistent.sock: connect ENOENT /nonexistent.sock",
    );
  });

  it("says in its own words what it refuses", async () => {
    const { address } = await playEngine({
      "POST /a": { status: 409, body: { message: "Conflict. The container name is in use" } },
      "POST /b": { status: 500, text: "plain\n" },
      "GET /c": { body: { Id: 7 } },
    });
    const engine = await Engine.connect(address);
    const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error);
    const [a, b, c] = [
      await failure(engine.call("POST", "/a")),
      await failure(engine.call("POST", "/b")),
      await failure(engine.json(v.object({ Id: v.string() }), "GET", "/c")),
    ];
    engine.close();
    for (const error of [a, b, c]) expect(error).toBeInstanceOf(EngineError);
    expect(a).toMatchObject({ status: 409, message: "Conflict. The container name is in use" });
    expect(b).toMatchObject({ status: 500, message: "plain" });
    expect(c).toMatchObject({ status: 0, message: expect.stringContaining("GET /c answered what it should not") });
  });
});
