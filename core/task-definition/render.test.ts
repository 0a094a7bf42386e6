import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTaskDefinitionFile } from "./load-file.ts";
import { containersOf, type Rendering, renderTaskDefinition, requireImages } from "./render.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "render-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(name: string, text: string) {
  const path = join(folder, name);
  await writeFile(path, text);
  return loadTaskDefinitionFile(path);
}

function loaded(...containers: { name: string; image: string }[]) {
  return { name: "taskdef.json", document: { family: "web", containerDefinitions: containers } };
}

const web = { name: "web", image: "<IMAGE1_NAME>" };
const proxy = { name: "proxy", image: "envoy:1" };

describe("loadTaskDefinitionFile", () => {
  it("reads JSON, with a byte order mark too", async () => {
    expect(await load("a.json", '\uFEFF{"family":"web"}')).toEqual({ name: "a.json", document: { family: "web" } });
  });

  it("reads YAML with anchors, as YAML 1.2", async () => {
    const yaml = "family: &f web\nx: *f\non: no\n";
    expect((await load("a.yml", yaml)).document).toEqual({ family: "web", x: "web", on: "no" });
  });

  it.each([
    ["b.json", "{", /^b\.json: is not JSON: .*position 1/],
    ["b.json", "[]", /^b\.json: is not an object/],
    ["b.yaml", "a: 1\na: 2\n", /^b\.yaml: is not YAML: .*unique.* at line 2, column 1$/],
    ["b.yaml", "- 1\n", /^b\.yaml: is not an object/],
    ["bomb.yaml", bomb(), /^bomb\.yaml: is not YAML: .*alias/],
    ["loop.yaml", "family: &f [*f]\n", /^loop\.yaml: is nested deeper than 32 levels$/],
    ["deep.json", `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, /^deep\.json: is nested deeper/],
    ["nan.yaml", "cpu: .nan\n", /^nan\.yaml: NaN is not a number of JSON$/],
    ["keys.yaml", "? [a, b]\n: 1\n", /^keys\.yaml: is not YAML: .*keys must be strings/],
    ["large.json", " ".repeat(1024 * 1024 + 1), /^large\.json: is larger than 1048576 bytes/],
  ])("refuses %s %#", async (name, text, message) => {
    await expect(load(name, text)).rejects.toMatchObject({
      code: "TASK_DEFINITION_INVALID",
      message: expect.stringMatching(message),
    });
  });

  it("reads YAML merge keys", async () => {
    const yaml = "a: &a {name: a, image: i}\nb: {<<: *a, name: b}\n";
    expect((await load("m.yaml", yaml)).document).toMatchObject({ b: { name: "b", image: "i" } });
  });

  it("reads a pipe to its end", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("/bin/sh", ["-c", 'mkfifo "$0"', pipe]);
    const family = "x".repeat(200_000);
    const [read] = await Promise.all([loadTaskDefinitionFile(pipe), writeFile(pipe, JSON.stringify({ family }))]);
    expect(read.document).toEqual({ family });
  });

  it("says what is wrong with a path", async () => {
    await expect(loadTaskDefinitionFile(join(folder, "none.json"))).rejects.toMatchObject({
      code: "TASK_DEFINITION_UNREADABLE",
      message: expect.stringContaining("ENOENT"),
      remedy: `Give the path of a task definition file: ${join(folder, "none.json")} is none.`,
    });
    await expect(loadTaskDefinitionFile(folder)).rejects.toMatchObject({ code: "TASK_DEFINITION_UNREADABLE" });
  });
});

/** Nine levels of nine aliases each: a gigabyte of lists if they were all written out. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const below = level === 0 ? "lol" : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array(9).fill(below).join(",")}]`;
  });
  return levels.join("\n");
}

describe("renderTaskDefinition", () => {
  it("sets the image of the placeholder, of the only container, of the named container", () => {
    const images = (task: ReturnType<typeof loaded>) => task.document.containerDefinitions.map(({ image }) => image);
    expect(images(renderTaskDefinition(loaded(web, proxy), { image: "web:2" }))).toEqual(["web:2", "envoy:1"]);
    expect(images(renderTaskDefinition(loaded(proxy), { image: "web:2" }))).toEqual(["web:2"]);
    expect(images(renderTaskDefinition(loaded(web, proxy), { image: "envoy:2", containerName: "proxy" }))).toEqual([
      "<IMAGE1_NAME>",
      "envoy:2",
    ]);
    expect(images(renderTaskDefinition(loaded(web, proxy), { image: "a:1", containerName: "web, proxy" }))).toEqual([
      "a:1",
      "a:1",
    ]);
  });

  it("lists the containers where the name is wrong or missing", () => {
    expect(() => renderTaskDefinition(loaded(web, proxy), { image: "a", containerName: "wbe" })).toThrow(
      expect.objectContaining({
        code: "TASK_DEFINITION_CONTAINER_NOT_FOUND",
        message: 'taskdef.json: has no container "wbe"',
        remedy: "Use one of its containers: web, proxy. Nothing was registered or updated.",
      }),
    );
    expect(() => renderTaskDefinition(loaded(web, proxy), { image: "a", containerName: "web," })).toThrow(
      expect.objectContaining({ message: 'taskdef.json: has no container ""' }),
    );
    expect(() => renderTaskDefinition(loaded({ ...web, image: "web:1" }, proxy), { image: "a" })).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("container-name: web, proxy") }),
    );
  });

  it("sets the images of many containers at once", () => {
    const images = (...given: Parameters<typeof renderTaskDefinition>) =>
      Object.fromEntries(containersOf(renderTaskDefinition(...given).document).map(({ name, image }) => [name, image]));
    const three = loaded(web, proxy, { name: "log", image: "log:1" });
    const both = { web: `reg/web@sha256:${"a".repeat(64)}`, proxy: "envoy:2" };
    const items = Object.entries(both).map(([name, image]) => `${name}=${image}`);
    for (const given of [items, [items.join(", ")], [`${items.join(",")},`]]) {
      expect(images(three, { images: given })).toEqual({ ...both, log: "log:1" });
    }
    expect(images(three, { images: ["log=log:2"], image: "web:2" })).toEqual({
      web: "web:2",
      proxy: "envoy:1",
      log: "log:2",
    });
    expect(images(three, { images: ["web=web:2"], image: "web:2", containerName: "web" })).toMatchObject({
      web: "web:2",
    });
  });

  it.each<[Rendering, string, string]>([
    [{ images: ["web=a:1", "wbe=b:1"] }, "TASK_DEFINITION_CONTAINER_NOT_FOUND", 'taskdef.json: has no container "wbe"'],
    [{ images: ["web=a:1, web=a:2"] }, "INPUT_INVALID", "images: container web is given both a:1 and a:2"],
    [{ images: ["web=a:1"], image: "a:2" }, "INPUT_INVALID", "images: container web is given both a:2 and a:1"],
    [{ images: ["web="] }, "INPUT_INVALID", "images: container web is given an empty image"],
    [{ images: ["web=a", "web"] }, "INPUT_INVALID", "images: item 2 is not of the form name=value"],
  ])("does not guess which image is meant: %j", (rendering, code, message) => {
    expect(() => renderTaskDefinition(loaded(web, proxy), rendering)).toThrow(
      expect.objectContaining({ code, message }),
    );
  });

  it("leaves no placeholder for ECS to refuse", () => {
    expect(() => requireImages(loaded(proxy, web))).toThrow(
      expect.objectContaining({
        code: "TASK_DEFINITION_PLACEHOLDER_LEFT",
        message: "taskdef.json: containerDefinitions[1].image: is still the placeholder <IMAGE1_NAME>",
      }),
    );
    expect(() => requireImages(loaded(proxy))).not.toThrow();
  });
});
