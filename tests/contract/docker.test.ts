/** The registry to docker and buildx: login, push, pull, a multi-platform image, and what they show of a refusal. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithEngine, testLabel } from "../engine.fixture.ts";
import { run } from "./referee.ts";
import { type RegistryStage, startRegistryStage } from "./registry-stage.ts";

describeWithEngine("docker", () => {
  let stage: RegistryStage;
  let context: string;
  const labels = Object.entries(testLabel()).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
  const at = (reference: string) => `${stage.host}/${reference}`;
  const docker = (args: string[], input = "") =>
    run("docker", args, {
      input,
      env: { DOCKER_CONFIG: stage.folder, ...(process.env.DOCKER_HOST && { DOCKER_HOST: process.env.DOCKER_HOST }) },
    });
  const build = (...args: string[]) => docker(["buildx", "build", "--quiet", ...labels, ...args, context]);
  const login = (password: string) => docker(["login", "--username", "AWS", "--password-stdin", stage.host], password);

  beforeAll(async () => {
    stage = await startRegistryStage("docker/web", "docker/multi");
    // A configuration of its own, so that no login of this machine helps; the plug-ins are those of the machine's.
    const own = process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
    await symlink(join(own, "cli-plugins"), join(stage.folder, "cli-plugins"));
    context = join(stage.folder, "context");
    await mkdir(context);
    await writeFile(join(context, "hello"), `${stage.host}\n`);
    await writeFile(join(context, "Dockerfile"), `FROM scratch\nCOPY hello /hello\nCMD ["/hello"]\n`);
  });
  afterAll(() => stage.end());

  it("logs in with the token, and not without, as docker says of Amazon ECR", async () => {
    await expect(login("guess")).rejects.toThrow(/login attempt to http.*\/v2\/ failed with status: 400 Bad Request/);
    expect(await login(stage.password)).toContain("Login Succeeded");
  });

  it("pushes an image, and pulls the same after it was removed", async () => {
    const reference = at("docker/web:1.0");
    await build("--load", "--tag", reference);
    await docker(["push", "--quiet", reference]);
    const { imageDetails } = await stage.ecr.describeImages({ repositoryName: "docker/web" });
    const digest = imageDetails?.find(({ imageTags }) => imageTags?.includes("1.0"))?.imageDigest;
    await docker(["image", "rm", reference]);
    await expect(docker(["image", "inspect", reference])).rejects.toThrow(/No such image/);
    await docker(["pull", "--quiet", reference]);
    const [image] = JSON.parse(await docker(["image", "inspect", reference]));
    expect(image).toMatchObject({
      RepoDigests: [`${stage.host}/docker/web@${digest}`],
      Config: { Cmd: ["/hello"] },
    });
  });

  it("builds for two platforms and pushes them as one", async () => {
    const reference = at("docker/multi:1.0");
    await build("--platform", "linux/amd64,linux/arm64", "--push", "--tag", reference);
    const shown = await docker(["buildx", "imagetools", "inspect", reference]);
    expect(shown).toMatch(/Platform:\s+linux\/amd64/);
    expect(shown).toMatch(/Platform:\s+linux\/arm64/);
    const manifest = JSON.parse(await docker(["manifest", "inspect", "--insecure", reference]));
    const platforms = manifest.manifests.map(({ platform }: { platform: object }) => platform);
    expect(platforms).toEqual(
      expect.arrayContaining([
        { os: "linux", architecture: "amd64" },
        { os: "linux", architecture: "arm64" },
      ]),
    );
    await docker(["buildx", "imagetools", "create", "--tag", at("docker/web:copied"), reference]);
    const images = await stage.ecr.describeImages({
      repositoryName: "docker/web",
      imageIds: [{ imageTag: "copied" }],
    });
    const [digest] = /sha256:[0-9a-f]{64}/.exec(shown) ?? [];
    expect(images.imageDetails).toMatchObject([{ imageDigest: digest }]);
  });

  it("is refused what Amazon ECR refuses", async () => {
    await expect(docker(["pull", at("docker/web:none")])).rejects.toThrow(/docker\/web:none: not found/);
    await stage.ecr.createRepository({ repositoryName: "docker/immutable", imageTagMutability: "IMMUTABLE" });
    // With an attestation docker 26 would push an image of the index under the tag, after the index itself.
    const push = (reference: string, ...args: string[]) =>
      build("--provenance=false", "--push", "--tag", at(reference), ...args);
    await expect(push("docker/none:1.0")).rejects.toThrow(/docker\/none\/blobs\/uploads\/.*: 404 Not Found/);
    await push("docker/immutable:1.0");
    await push("docker/immutable:1.0");
    await expect(push("docker/immutable:1.0", "--label", "another=image")).rejects.toThrow(
      /docker\/immutable\/manifests\/1.0: 400 Bad Request/,
    );
  });
});
