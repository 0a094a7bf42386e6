import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Repository } from "@aws-sdk/client-ecr";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildAndPush } from "./build-and-push.ts";
import { buildInput } from "./build-input.ts";
import { InstantClock } from "./clock.fixture.ts";
import { TemporaryFolder } from "./folders.fixture.ts";
import { FakeRegistry } from "./registry/fake-registry.fixture.ts";

let folder: TemporaryFolder;
let registry: FakeRegistry;
let repository: Repository;
let lines: string[];
let progress: string[];
let tmpdirBefore: string | undefined;

beforeEach(async () => {
  folder = await TemporaryFolder.create();
  await folder.write({ tmp: null });
  tmpdirBefore = process.env.TMPDIR;
  process.env.TMPDIR = join(folder.path, "tmp");
  registry = await FakeRegistry.start();
  registry.authorization = "Basic dG9rZW4=";
  repository = { repositoryUri: `${registry.host}/team/web`, imageTagMutability: "IMMUTABLE" };
  lines = [];
  progress = [];
  await folder.write({
    "context/Dockerfile": "FROM scratch\nCOPY a /a\nCOPY b /b\n",
    "context/a": "A",
    "context/b": "B",
  });
});

afterEach(async () => {
  expect(await readdir(tmpdir())).toEqual([]);
  if (tmpdirBefore === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = tmpdirBefore;
  await registry[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const ecr = {
  describeRepositories: async () => ({ repositories: [repository], $metadata: {} }),
  getAuthorizationToken: async () => ({
    authorizationData: [{ authorizationToken: "dG9rZW4=", proxyEndpoint: `http://${registry.host}` }],
    $metadata: {},
  }),
  describeImageScanFindings: () => Promise.reject(new Error("nobody asked for a scan")),
};

async function push(input: Record<string, unknown> = {}, signal = new AbortController().signal) {
  const parsed = buildInput.parse({
    repository: "team/web",
    tag: "c0ffee1",
    context: join(folder.path, "context"),
    ...input,
  });
  const log = {
    step: (phase: string, line: string) => lines.push(`${phase}: ${line}`),
    warn: (line: string) => lines.push(`warn: ${line}`),
    progress: (phase: string, line: string) => progress.push(`${phase}: ${line}`),
  };
  return buildAndPush({ ecr }, parsed, { log, clock: new InstantClock(), signal, environment: {} });
}

function sent(method: string): number {
  return registry.seen.filter((request) => request.method === method).length;
}

describe("buildAndPush", () => {
  it("builds, pushes and answers the digest reference", async () => {
    const result = await push();
    expect(result).toEqual({
      outcome: "pushed",
      image: `${registry.host}/team/web@${result.digest}`,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      tag: "c0ffee1",
      tags: ["c0ffee1"],
      builder: "native",
      imageId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      platforms: [{ platform: "linux/amd64", digest: result.digest }],
      metadata: expect.objectContaining({ "containerimage.digest": result.digest }),
      layers: { pushed: 2, skipped: 0 },
      bytes: [...registry.blobs.values()].reduce((sum, blob) => sum + blob.length, 0),
    });
    expect(registry.manifests.get("c0ffee1")).toEqual(registry.manifests.get(result.digest));
    expect(registry.blobs.size).toBe(3);
    expect(lines[0]).toMatch(new RegExp(`^build: built ${result.digest} without an engine · 2 layers · \\d+ B$`));
    expect(lines[1]).toMatch(/^push: pushing 2 layers \(\d+ B\), 0 already there$/);
    expect(lines[2]).toBe(`push: pushed team/web@${result.digest} as c0ffee1`);
    expect(progress.at(-1)).toBe(`push: ${result.bytes} B of ${result.bytes} B`);
  });

  it("is unchanged, and uploads nothing, where the tag has the same content", async () => {
    const first = await push();
    const [posts, puts] = [sent("POST"), sent("PUT")];
    const second = await push();
    expect(second).toEqual({ ...first, outcome: "unchanged", layers: { pushed: 0, skipped: 2 }, bytes: 0 });
    expect([sent("POST"), sent("PUT")]).toEqual([posts, puts]);
    expect(lines.at(-1)).toBe(`push: unchanged: team/web:c0ffee1 already is ${first.digest}`);
  });

  it("takes the same files that another gzip compressed for the same content", async () => {
    const { digest } = await push();
    const stored = JSON.parse(registry.manifests.get(digest)?.bytes.toString() ?? "");
    stored.layers[0] = { ...stored.layers[0], digest: `sha256:${"0".repeat(64)}`, size: 1 };
    const other = registry.addManifest(stored.mediaType, stored, "c0ffee1");
    expect(await push()).toMatchObject({ outcome: "unchanged", digest: other.digest });
  });

  it("pushes only the layers that are missing", async () => {
    await push();
    await folder.write({ "context/b": "changed" });
    expect(await push({ tag: "c0ffee2" })).toMatchObject({ outcome: "pushed", layers: { pushed: 1, skipped: 1 } });
    expect(await push({ tag: "c0ffee3" })).toMatchObject({ layers: { pushed: 0, skipped: 2 }, bytes: 0 });
  });

  it("does not move an immutable tag, and uploads nothing for it", async () => {
    const { digest } = await push();
    await folder.write({ "context/b": "changed" });
    const posts = sent("POST");
    await expect(push()).rejects.toMatchObject({
      code: "IMAGE_TAG_IMMUTABLE",
      message: expect.stringMatching(
        new RegExp(
          `^tag c0ffee1 of repository team/web is immutable.*${digest} is there, sha256:[0-9a-f]{64} was built$`,
        ),
      ),
      remedy: expect.stringContaining("team/web"),
    });
    expect(sent("POST")).toBe(posts);
  });

  it("says so too where the tag was taken while it pushed", async () => {
    await push();
    await folder.write({ "context/b": "changed" });
    registry.immutable = true;
    let asked = 0;
    registry.fault = ({ method, path }) =>
      method === "GET" && path.endsWith("/c0ffee1") && ++asked === 1 ? { status: 404 } : undefined;
    await expect(push()).rejects.toMatchObject({ code: "IMAGE_TAG_IMMUTABLE" });
  });

  it.each<[Repository["imageTagMutability"], string[], boolean]>([
    ["MUTABLE", [], true],
    ["IMMUTABLE_WITH_EXCLUSION", ["c0ff*"], true],
    ["IMMUTABLE_WITH_EXCLUSION", ["dev-*"], false],
    ["MUTABLE_WITH_EXCLUSION", ["*1"], false],
    ["MUTABLE_WITH_EXCLUSION", ["dev-*"], true],
  ])("%s except %j: the tag moves: %s", async (imageTagMutability, filters, moves) => {
    repository = {
      ...repository,
      imageTagMutability,
      imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: "WILDCARD", filter })),
    };
    const { digest } = await push();
    await folder.write({ "context/b": "changed" });
    if (moves) {
      expect(await push()).toMatchObject({ outcome: "pushed" });
      expect(lines.at(-1)).toMatch(new RegExp(`as c0ffee1, which was ${digest}$`));
    } else await expect(push()).rejects.toMatchObject({ code: "IMAGE_TAG_IMMUTABLE" });
  });

  it("builds upon an image of the same registry, with its token", async () => {
    await push({ tag: "base" });
    await folder.write({ "context/Dockerfile": `ARG BASE\nFROM \${BASE}\nCOPY a /c\n` });
    const base = `${registry.host}/team/web:base`;
    const result = await push({ tag: "next", "build-args": [`BASE=${base}`] });
    expect(result).toMatchObject({ outcome: "pushed", layers: { pushed: 1, skipped: 2 } });
    expect(registry.seen.every(({ authorization }) => authorization === "Basic dG9rZW4=")).toBe(true);
  });

  it("gives ECR's token to nobody else", async () => {
    await using other = await FakeRegistry.start();
    await folder.write({ "context/Dockerfile": `FROM ${other.host}/base\n` });
    await expect(push()).rejects.toMatchObject({ code: "IMAGE_BASE_UNUSABLE" });
    expect(other.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it("pushes no image without a layer, which Amazon ECR refuses", async () => {
    await folder.write({ "context/Dockerfile": "FROM scratch\nENV A=1\n" });
    await expect(push()).rejects.toMatchObject({ code: "IMAGE_DOCKERFILE_INVALID" });
    expect(registry.seen).toEqual([]);
  });

  it("says which repository is missing", async () => {
    const error = Object.assign(new Error("The repository with name 'team/web' does not exist"), {
      name: "RepositoryNotFoundException",
    });
    const missing = { ...ecr, describeRepositories: () => Promise.reject(error) };
    const input = buildInput.parse({ repository: "team/web", tag: "x" });
    const run = {
      log: { step() {}, warn() {}, progress() {} },
      clock: new InstantClock(),
      signal: new AbortController().signal,
      environment: {},
    };
    await expect(buildAndPush({ ecr: missing }, input, run)).rejects.toMatchObject({
      code: "ECR_REPOSITORY_NOT_FOUND",
      message: "there is no repository team/web in this account and region",
    });
  });

  it.each([
    [{ repository: "127.0.0.1:1/web" }, "repository:"],
    [{ repository: "../web" }, "repository:"],
    [{ tag: "a/b" }, "tag:"],
    [{ "build-args": "KEY=first line\nof-a-secret" }, "build-args: item 2 is not of the form NAME=value"],
    [{ labels: ["=x"] }, "labels: item 1 is not of the form NAME=value"],
    [{ platforms: "arm" }, "platforms:"],
  ])("refuses %j before any call", async (input, message) => {
    await expect(push(input)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining(message),
    });
    expect(registry.seen).toEqual([]);
  });

  it("does not show the value of a build argument that it refuses", async () => {
    await expect(push({ "build-args": ["bad-name=secret"] })).rejects.not.toMatchObject({
      message: expect.stringContaining("secret"),
    });
  });

  it("says so where there is no room for layers", async () => {
    process.env.TMPDIR = join(folder.path, "nowhere");
    await expect(push()).rejects.toMatchObject({
      code: "IMAGE_WORK_FOLDER_UNUSABLE",
      message: expect.stringContaining("nowhere"),
    });
    process.env.TMPDIR = join(folder.path, "tmp");
  });

  it("ends at once, and cleans up, when it is cancelled", async () => {
    const controller = new AbortController();
    registry.fault = ({ method }) => {
      if (method === "PUT") controller.abort(new Error("cancelled"));
      return undefined;
    };
    await expect(push({}, controller.signal)).rejects.toThrow("cancelled");
    expect(registry.manifests.size).toBe(0);
  });
});
