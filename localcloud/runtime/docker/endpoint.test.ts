import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineAddress } from "./endpoint.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "docker-endpoint-"));
});
afterEach(() => rm(home, { recursive: true }));

async function context(name: string, host: unknown, folder = join(home, ".docker")): Promise<void> {
  const place = join(folder, "contexts", "meta", createHash("sha256").update(name).digest("hex"));
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
}

async function selects(name: string): Promise<void> {
  await mkdir(join(home, ".docker"), { recursive: true });
  await writeFile(join(home, ".docker", "config.json"), JSON.stringify({ auths: {}, currentContext: name }));
}

describe("the engine's address", () => {
  it("is the default socket where nothing says otherwise", async () => {
    expect(await engineAddress({ HOME: home })).toEqual({ socketPath: "/var/run/docker.sock" });
    await selects("default");
    expect(await engineAddress({ HOME: home, DOCKER_HOST: "" })).toEqual({ socketPath: "/var/run/docker.sock" });
  });

  it.each([
    ["unix:///run/user/1000/docker.sock", { socketPath: "/run/user/1000/docker.sock" }],
    ["tcp://127.0.0.1:2376", { host: "127.0.0.1", port: 2376 }],
    ["tcp://engine", { host: "engine", port: 2375 }],
  ])("is DOCKER_HOST: %s", async (DOCKER_HOST, address) => {
    await context("other", "unix:///other.sock");
    await selects("other");
    expect(await engineAddress({ HOME: home, DOCKER_HOST, DOCKER_CONTEXT: "other" })).toEqual(address);
  });

  it("is the current context's, DOCKER_CONTEXT before the configuration's", async () => {
    await context("one", "unix:///one.sock");
    await context("two", "unix:///two.sock");
    await selects("one");
    expect(await engineAddress({ HOME: home })).toEqual({ socketPath: "/one.sock" });
    expect(await engineAddress({ HOME: home, DOCKER_CONTEXT: "two" })).toEqual({ socketPath: "/two.sock" });
    const elsewhere = join(home, "elsewhere");
    await context("three", "unix:///three.sock", elsewhere);
    expect(await engineAddress({ HOME: home, DOCKER_CONFIG: elsewhere, DOCKER_CONTEXT: "three" })).toEqual({
      socketPath: "/three.sock",
    });
  });

  it.each(["ssh://user@host", "npipe:////./pipe/docker_engine", "unix://relative.sock", "engine:2375"])(
    "is none that can be reached: %s",
    async (DOCKER_HOST) => {
      await expect(engineAddress({ HOME: home, DOCKER_HOST })).rejects.toThrow(
        `the engine at ${DOCKER_HOST} is reached by neither a Unix socket nor TCP`,
      );
    },
  );

  it("is not reached by TLS, nor by a context that cannot be read", async () => {
    await expect(engineAddress({ DOCKER_HOST: "tcp://a:1", DOCKER_TLS_VERIFY: "1" })).rejects.toThrow("by TLS");
    await context("broken", 7);
    for (const name of ["broken", "../../none"])
      await expect(engineAddress({ HOME: home, DOCKER_CONTEXT: name })).rejects.toThrow(
        `the Docker context ${name} cannot be read`,
      );
  });

  it("is the default where the configuration is not one", async () => {
    await mkdir(join(home, ".docker"));
    await writeFile(join(home, ".docker", "config.json"), "{");
    expect(await engineAddress({ HOME: home })).toEqual({ socketPath: "/var/run/docker.sock" });
  });
});
