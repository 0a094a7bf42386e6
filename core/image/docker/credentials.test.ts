import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TemporaryFolder } from "../folders.fixture.ts";
import { challengedAuthorization } from "../registry/authorization.ts";
import { dockerCredentials } from "./credentials.ts";

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await TemporaryFolder.create();
});

afterEach(() => folder[Symbol.asyncDispose]());

const encoded = (words: string) => Buffer.from(words).toString("base64");

async function credentials(host: string, configuration: object) {
  await folder.write({ "config.json": JSON.stringify(configuration) });
  return dockerCredentials(host, { DOCKER_CONFIG: folder.path, PATH: `${folder.path}/bin:${process.env.PATH}` });
}

describe("dockerCredentials", () => {
  it("reads what docker login left in the configuration", async () => {
    const auths = {
      "ghcr.io": { auth: encoded("me:pass:word") },
      "https://index.docker.io/v1/": { auth: encoded("hub:secret") },
      "token.example": { identitytoken: "refresh" },
    };
    expect(await credentials("ghcr.io", { auths })).toMatchObject({ username: "me", password: "pass:word" });
    expect(await credentials("registry-1.docker.io", { auths })).toMatchObject({ username: "hub" });
    expect(await credentials("token.example", { auths })).toMatchObject({ identityToken: "refresh" });
    expect(await credentials("other.example", { auths })).toBeUndefined();
  });

  it("asks the helper of the registry before the one of all", async () => {
    const helper = '#!/bin/sh\nread name || true\necho "{\\"Username\\":\\"$0 $1\\",\\"Secret\\":\\"for $name\\"}"\n';
    for (const name of ["one", "all"])
      await folder.write({ [`bin/docker-credential-${name}`]: { executable: helper } });
    const configuration = { credHelpers: { "a.example": "one" }, credsStore: "all" };
    expect(await credentials("a.example", configuration)).toMatchObject({
      username: expect.stringMatching(/docker-credential-one get$/),
      password: "for a.example",
    });
    expect(await credentials("b.example", configuration)).toMatchObject({
      username: expect.stringMatching(/docker-credential-all get$/),
    });
  });

  it("takes a helper that is missing, or that runs out of its folder, for no login", async () => {
    expect(await credentials("a.example", { credsStore: "missing" })).toBeUndefined();
    expect(await credentials("a.example", { credsStore: "../../bin/sh" })).toBeUndefined();
  });
});

describe("challengedAuthorization", () => {
  let server: Server;
  let seen: { method: string | undefined; url: string | undefined; authorization: string | undefined; body: string }[];

  beforeEach(async () => {
    seen = [];
    server = createServer(async (request: IncomingMessage, response) => {
      const { method, url, headers } = request;
      seen.push({ method, url, authorization: headers.authorization, body: await text(request) });
      response.end(JSON.stringify({ access_token: "t0ken" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  const challenge = () =>
    `Bearer realm="http://127.0.0.1:${(server.address() as AddressInfo).port}/token",service="s",scope="repository:a:pull"`;

  it("answers Basic with the credentials, and not without any", async () => {
    const authorization = challengedAuthorization(async () => ({ username: "me", password: "pw" }));
    expect(await authorization.answer('Basic realm="r"', undefined)).toBe(true);
    expect(authorization.header()).toBe(`Basic ${encoded("me:pw")}`);
    expect(await authorization.answer('Basic realm="r"', undefined)).toBe(false);
    expect(await challengedAuthorization().answer('Basic realm="r"', undefined)).toBe(false);
  });

  it("asks for a token with the credentials", async () => {
    const authorization = challengedAuthorization(async () => ({ username: "me", password: "pw" }));
    expect(await authorization.answer(challenge(), undefined)).toBe(true);
    expect(authorization.header()).toBe("Bearer t0ken");
    expect(seen).toEqual([
      {
        method: "GET",
        url: "/token?service=s&scope=repository%3Aa%3Apull",
        authorization: `Basic ${encoded("me:pw")}`,
        body: "",
      },
    ]);
  });

  it("exchanges a refresh token", async () => {
    const found = { username: "", password: "", identityToken: "refresh" };
    expect(await challengedAuthorization(async () => found).answer(challenge(), undefined)).toBe(true);
    expect(seen).toMatchObject([{ method: "POST", url: "/token", authorization: undefined }]);
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toEqual({
      service: "s",
      scope: "repository:a:pull",
      grant_type: "refresh_token",
      client_id: "ecs-pipeline",
      refresh_token: "refresh",
    });
  });
});
