import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { CannotPull } from "../../runtime/runtime.ts";
import { imageSource } from "./image-source.ts";
import { createTestRepository, indexOf, openTestStore, pushImage, pushManifest } from "./store.fixture.ts";

const HOST = "127.0.0.1:4566";

async function startSource(architecture = "amd64") {
  const { store, clock } = await openTestStore();
  const repository = createTestRepository(store, "team/web");
  const source = imageSource({ store, registryHost: () => HOST, architecture });
  return { store, clock, repository, source };
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("It did not fail."),
    (reason) => reason,
  );
  if (!(error instanceof CannotPull)) throw error;
  return error.message;
}

describe("pulling from the local registry", () => {
  it("finds an image by tag, by digest, and by both whatever the tag means now", async () => {
    const { store, repository, source } = await startSource();
    const config = {
      Cmd: ["node", "server.js"],
      Env: ["A=1"],
      WorkingDir: "/app",
      Entrypoint: null,
      Labels: { a: "b" },
    };
    const image = await pushImage(store, repository, { content: "one", tag: "v1", config: { os: "linux", config } });
    await pushImage(store, repository, { content: "two", tag: "latest" });
    for (const reference of [":v1", `@${image.digest}`, `:latest@${image.digest}`]) {
      const found = await source.find(`${HOST}/team/web${reference}`);
      expect(found.digest).toBe(image.digest);
      expect(found.config).toEqual({
        config: { Cmd: ["node", "server.js"], Env: ["A=1"], WorkingDir: "/app", Entrypoint: null },
      });
      expect(await Promise.all(found.layers.map(({ path }) => readFile(path, "utf8")))).toEqual(["one"]);
    }
    const latest = await source.find(`${HOST}/team/web`);
    expect(await Promise.all(latest.layers.map(({ path }) => readFile(path, "utf8")))).toEqual(["two"]);
  });

  it("takes this machine's image out of an index, and answers the index's digest", async () => {
    const { store, repository, source } = await startSource("arm64");
    const [amd64, arm64] = [
      await pushImage(store, repository, { content: "for amd64" }),
      await pushImage(store, repository, { content: "for arm64" }),
    ];
    const index = indexOf([
      { digest: amd64.digest, architecture: "amd64" },
      { digest: arm64.digest, architecture: "arm64" },
    ]);
    const { digest } = await pushManifest(store, repository, index, "v1");
    const found = await source.find(`${HOST}/team/web:v1`);
    expect(found.digest).toBe(digest);
    expect(await Promise.all(found.layers.map(({ path }) => readFile(path, "utf8")))).toEqual(["for arm64"]);
  });

  it("says in the agent's words that an index has nothing for this machine", async () => {
    const { store, repository, source } = await startSource("amd64");
    const { digest } = await pushImage(store, repository, { content: "for arm64" });
    await pushManifest(store, repository, indexOf([{ digest, architecture: "arm64" }]), "v1");
    expect(await failureOf(source.find(`${HOST}/team/web:v1`))).toBe(
      "image Manifest does not contain descriptor matching platform 'linux/amd64'",
    );
  });

  it.each(["team/web:v2", "team/web", "none:v1", `team/web@sha256:${"0".repeat(64)}`, "team/web:v1@x", "team/web:"])(
    "says in the agent's words that %s is not there",
    async (rest) => {
      const { store, repository, source } = await startSource();
      await pushImage(store, repository, { content: "one", tag: "v1" });
      expect(await failureOf(source.find(`${HOST}/${rest}`))).toBe(
        `pull image manifest has been retried 7 time(s): failed to resolve ref ${HOST}/${rest}: not found`,
      );
    },
  );

  it("says that it pulls from no other registry", async () => {
    const { source } = await startSource();
    expect(await failureOf(source.find("docker.io/library/nginx:1"))).toContain(
      "failed to resolve ref docker.io/library/nginx:1: the local cloud pulls from its own registry only",
    );
  });

  it("refuses a configuration that is none", async () => {
    const { store, repository, source } = await startSource();
    await pushImage(store, repository, { content: "one", tag: "v1", config: { config: { Cmd: "node" } } });
    expect(await failureOf(source.find(`${HOST}/team/web:v1`))).toContain("failed to read the image configuration");
  });

  it("lets in whoever brings a password of the registry, and nobody with another one", async () => {
    const { store, clock, repository, source } = await startSource();
    const { digest } = await pushImage(store, repository, { content: "one", tag: "v1" });
    const pull = (username: string, password: string) => source.find(`${HOST}/team/web:v1`, { username, password });
    const { password } = store.tokens.issue(clock.now());
    expect((await pull("AWS", password)).digest).toBe(digest);
    const refused = (status: string) =>
      `pull image manifest has been retried 1 time(s): failed to resolve ref ${HOST}/team/web:v1: pulling from host ${HOST} failed with status code [manifests v1]: ${status}`;
    expect(await failureOf(pull("AWS", "wrong"))).toBe(refused("400 Bad Request"));
    expect(await failureOf(pull("me", password))).toBe(refused("400 Bad Request"));
    expect(await failureOf(pull("AWS", store.tokens.issue(0).password))).toBe(refused("403 Forbidden"));
  });
});
