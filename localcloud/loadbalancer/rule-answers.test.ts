import { Agent } from "node:http";
import { describe, expect, it } from "vitest";
import { router } from "./routes.ts";
import type { FixedResponse, Redirect } from "./rule-answers.ts";
import { send, useListener } from "./testing.ts";

const fixture = useListener();

function answerAll(action: FixedResponse | Redirect): void {
  fixture.loadBalancing.route("listener", router([{ conditions: [], action }]));
}

const fixed: FixedResponse = { type: "fixed-response", status: 503, contentType: "text/plain", body: "Zurück um 9" };

const unchanged: Redirect = {
  type: "redirect",
  status: 301,
  protocol: "#{protocol}",
  host: "#{host}",
  port: "#{port}",
  path: "/#{path}",
  query: "#{query}",
};

async function locationOf(changes: Partial<Redirect>, path: string, host = "www.example.com:80") {
  answerAll({ ...unchanged, ...changes });
  return (await send(fixture.port, { path, headers: { Host: host } })).headers.location;
}

describe("a fixed response", () => {
  it("is answered as it was given", async () => {
    answerAll(fixed);
    const answer = await send(fixture.port);
    expect(answer).toMatchObject({ status: 503, body: "Zurück um 9" });
    expect(answer.headers).toMatchObject({
      server: "awselb/2.0",
      "content-type": "text/plain; charset=utf-8",
      "content-length": String(Buffer.byteLength("Zurück um 9")),
    });
  });

  it("has no body for HEAD, and leaves the connection of a client that was sending one usable", async () => {
    answerAll(fixed);
    expect(await send(fixture.port, { method: "HEAD" })).toMatchObject({ status: 503, body: "" });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = "x".repeat(1024 * 1024);
    expect(await send(fixture.port, { method: "POST", body, agent })).toMatchObject({ status: 503 });
    expect(await send(fixture.port, { agent })).toMatchObject({ status: 503 });
    agent.destroy();
  });
});

describe("a redirect", () => {
  it("has AWS's page", async () => {
    answerAll({ ...unchanged, status: 302, protocol: "HTTPS", port: "443" });
    const answer = await send(fixture.port, { headers: { Host: "www.example.com" } });
    expect(answer).toMatchObject({ status: 302, body: expect.stringContaining("<h1>302 Found</h1>") });
    expect(answer.headers).toMatchObject({ server: "awselb/2.0", location: "https://www.example.com:443/" });
  });

  it("keeps of the request what it does not change", async () => {
    expect(await locationOf({ protocol: "HTTPS", port: "443" }, "/a/b?c=%20d")).toBe(
      "https://www.example.com:443/a/b?c=%20d",
    );
    expect(await locationOf({ host: "new.#{host}" }, "/a")).toBe(`http://new.www.example.com:${fixture.port}/a`);
    expect(await locationOf({ path: "/v2/#{path}", query: "from=#{host}&#{query}" }, "/a?b")).toBe(
      `http://www.example.com:${fixture.port}/v2/a?from=www.example.com&b`,
    );
  });

  it("leaves other words in braces alone, and does not fill in twice", async () => {
    expect(await locationOf({ path: "/#{constructor}" }, "/")).toBe(
      `http://www.example.com:${fixture.port}/#{constructor}`,
    );
    expect(await locationOf({}, "/#{port}?#{host}")).toBe(`http://www.example.com:${fixture.port}/#{port}?#{host}`);
  });
});
