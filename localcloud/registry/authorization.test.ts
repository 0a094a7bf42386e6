import { describe, expect, it } from "vitest";
import { basic, errorOf, startTestRegistry } from "./registry.fixture.ts";

const HOUR_MS = 60 * 60 * 1000;
const NOT_AUTHORIZED = { status: 401, code: "UNAUTHORIZED", message: "Not Authorized" };
const REFUSED = { ...NOT_AUTHORIZED, status: 400 };

describe("authorization of the registry", () => {
  it("answers 200 to whoever has a token", async () => {
    const { call } = await startTestRegistry();
    const response = await call("GET", "/v2/");
    expect(response.status).toBe(200);
    expect(response.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
  });

  it("challenges whoever has none", async () => {
    const { host } = await startTestRegistry();
    const response = await fetch(`http://${host}/v2/`);
    expect(response.headers.get("www-authenticate")).toBe(`Basic realm="http://${host}/",service="ecr.amazonaws.com"`);
    expect(response.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
    expect(await errorOf(response)).toEqual(NOT_AUTHORIZED);
  });

  it("refuses another user and a password that was not handed out, as docker login sees it", async () => {
    const { call, store, clock } = await startTestRegistry();
    const { password } = store.tokens.issue(clock.now());
    const altered = Buffer.from(
      Buffer.from(password, "base64")
        .toString()
        .replace(/"expiration":1/, '"expiration":2'),
    );
    for (const authorization of [
      basic(`root:${password}`),
      basic("AWS:guess"),
      basic("AWS:"),
      basic("AWS"),
      basic(`AWS:${altered.toString("base64")}`),
    ])
      expect(await errorOf(await call("GET", "/v2/", { headers: { authorization } }))).toEqual(REFUSED);
  });

  it("challenges another scheme", async () => {
    const { call, store, clock } = await startTestRegistry();
    const { password } = store.tokens.issue(clock.now());
    for (const authorization of [`Bearer ${password}`, "Basic"]) {
      const response = await call("GET", "/v2/", { headers: { authorization } });
      expect(response.headers.get("www-authenticate")).toMatch(/^Basic /);
      expect(await errorOf(response)).toEqual(NOT_AUTHORIZED);
    }
  });

  it("refuses a token of another run", async () => {
    const [{ call }, other] = [await startTestRegistry(), await startTestRegistry()];
    const { authorization } = other;
    expect(await errorOf(await call("GET", "/v2/", { headers: { authorization } }))).toEqual(REFUSED);
  });

  it("denies a token after 12 hours", async () => {
    const { call, clock } = await startTestRegistry();
    await clock.advance(12 * HOUR_MS - 1000);
    expect((await call("GET", "/v2/")).status).toBe(200);
    await clock.advance(1000);
    expect(await errorOf(await call("GET", "/v2/"))).toEqual({
      status: 403,
      code: "DENIED",
      message: "Your authorization token has expired. Reauthenticate and try again.",
    });
  });

  it("asks before it says whether a repository exists", async () => {
    const { host } = await startTestRegistry();
    expect((await fetch(`http://${host}/v2/none/tags/list`)).status).toBe(401);
  });
});
