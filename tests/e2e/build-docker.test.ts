/** `ecs-pipeline build` with a real Docker engine, against the local cloud's registry. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BatchGetImageCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { describeWithEngine, nodeImage } from "../engine.fixture.ts";
import { type Variables, Workbench } from "./build.fixture.ts";

let bench: Workbench;

/** Runs JavaScript in a step: the base has no shell. */
function step(script: string, flags = ""): string {
  return `RUN ${flags} ${JSON.stringify(["node", "-e", script])}`.replace(/ +/g, " ");
}

async function dockerfile(context: string, ...lines: string[]): Promise<void> {
  await bench.write(`${context}/Dockerfile`, `${[`FROM ${await nodeImage()} AS base`, ...lines].join("\n")}\n`);
}

const built = { exitCode: 0, result: { outcome: "pushed" } };

async function manifestOf(imageDigest: string) {
  const answer = await bench.ecr.send(new BatchGetImageCommand({ repositoryName: "web", imageIds: [{ imageDigest }] }));
  return JSON.parse(answer.images?.[0]?.imageManifest ?? "{}");
}

describeWithEngine("ecs-pipeline build with Docker", () => {
  beforeAll(async () => {
    bench = await Workbench.set();
    await bench.repository("web");
    await bench.repository("kept", "IMMUTABLE");
    await bench.write("files/Dockerfile", "FROM scratch\nCOPY a /a\n");
    await bench.write("files/a", "A");
  }, 60_000);
  afterAll(() => bench?.strike());

  let userConfiguration: string;
  beforeEach(() => {
    userConfiguration = readUserConfiguration();
  });
  afterEach(async () => {
    expect(await bench.left()).toEqual([]);
    expect(readUserConfiguration()).toBe(userConfiguration);
  });

  it("runs steps with arguments and secrets, up to a target, and shows no secret", async () => {
    const script = "const fs=require('fs');const s=fs.readFileSync('/run/secrets/token','utf8');console.log('have',s);";
    await dockerfile(
      "steps",
      "ARG VERSION=0",
      step(`${script}fs.writeFileSync('/made',process.env.VERSION+s.length)`, "--mount=type=secret,id=token"),
      "CMD [\"node\", \"-p\", \"require('fs').readFileSync('/made','utf8')\"]",
      "FROM base",
      step("process.exit(1)"),
    );
    // Another one each time, or the engine would have the step in its cache from an earlier run of this test.
    const version = String(Math.random());
    const args = ["--repository", "web", "--tag", "steps", "--target", "base", "--build-args", `VERSION=${version}`];
    const run = await bench.build("steps", [...args, "--secret-envs", "token=TOKEN"], { TOKEN: "very-secret-text" });
    expect(run, run.talk).toMatchObject(built);
    expect(run.talk).toContain("have ***");
    expect(run.talk + JSON.stringify(run.result)).not.toContain("very-secret-text");
    expect(await bench.run(String(run.result.image))).toBe(`${version}16\n`);
    const history = await bench.docker("history", "--no-trunc", `${bench.registry}/web:steps`);
    expect(history).not.toContain("very-secret-text");
    const again = await bench.build("steps", [...args, "--secret-envs", "token=TOKEN"], { TOKEN: "very-secret-text" });
    expect(again.result).toMatchObject({ outcome: "unchanged", digest: run.result.digest });
  }, 60_000);

  it("fails in the words of the step that failed", async () => {
    await dockerfile("failing", "", step("console.error('no such module: left-pad');process.exit(9)"));
    const { exitCode, result } = await bench.build("failing", ["--repository", "web", "--tag", "failing"]);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({
      code: "IMAGE_BUILD_FAILED",
      message: expect.stringMatching(
        /^Dockerfile:3: RUN node -e [\s\S]*: exit code 9\n[\s\S]*no such module: left-pad/,
      ),
      remedy: "Correct the step of Dockerfile, or what it needs.",
    });
  }, 60_000);

  it("says which base is missing", async () => {
    await bench.write("baseless/Dockerfile", `FROM ${bench.registry}/web:none\nRUN true\n`);
    const { result } = await bench.build("baseless", ["--repository", "web", "--tag", "baseless"]);
    expect(result.error).toMatchObject({
      code: "IMAGE_BASE_UNUSABLE",
      message: expect.stringContaining(`Dockerfile:1: the base image ${bench.registry}/web:none cannot be used`),
    });
  });

  it("builds for two platforms: the digest is the index's, and each platform's is listed", async () => {
    const platforms = ["linux/amd64", "linux/arm64"];
    const args = ["--repository", "web", "--tag", "multi", "--tags", "more,latest", "--platforms", platforms.join()];
    const { result, talk, exitCode } = await bench.build("files", args);
    expect(exitCode, talk).toBe(0);
    const { manifests } = await manifestOf(String(result.digest));
    const listed = manifests.map((entry: { digest: string; platform: { architecture: string } }) => ({
      platform: `linux/${entry.platform.architecture}`,
      digest: entry.digest,
    }));
    expect(result).toMatchObject({ outcome: "pushed", tags: ["multi", "more", "latest"], platforms: listed });
    expect(listed.map(({ platform }: { platform: string }) => platform)).toEqual(platforms);
    expect(result.metadata).toMatchObject({ "containerimage.digest": result.digest });
    const details = await bench.ecr.send(
      new DescribeImagesCommand({ repositoryName: "web", imageIds: [{ imageDigest: String(result.digest) }] }),
    );
    expect(details.imageDetails?.[0]?.imageTags?.toSorted()).toEqual(["latest", "more", "multi"]);
  }, 60_000);

  it("attests where that is asked for, and only then", async () => {
    const plain = await bench.build("files", ["--repository", "web", "--tag", "plain", "--builder", "docker"]);
    expect(await manifestOf(String(plain.result.digest))).toHaveProperty("layers");
    const args = ["--repository", "web", "--tag", "attested", "--provenance", "mode=max"];
    const { result, talk } = await bench.build("files", args);
    const { manifests } = await manifestOf(String(result.digest));
    expect(manifests, talk).toHaveLength(2);
    expect(result.platforms).toEqual([{ platform: "linux/amd64", digest: manifests[0].digest }]);
  }, 60_000);

  it("has built what its push left under an immutable tag, attested or not", async () => {
    await bench.write("fresh/Dockerfile", `FROM scratch\nCOPY a /a\nLABEL run=${Math.random()}\n`);
    await bench.write("fresh/a", "A");
    const args = ["--repository", "kept", "--tag", "attested", "--provenance", "true"];
    const first = await bench.build("fresh", args);
    expect(first, first.talk).toMatchObject(built);
    expect(first.talk).not.toContain("not built");
    const second = await bench.build("fresh", args);
    expect(second, second.talk).toMatchObject({ exitCode: 0, result: { outcome: "unchanged" } });
    expect(second.result.digest).toBe(first.result.digest);
  }, 60_000);

  it("says that Amazon ECR takes no image without a layer", async () => {
    await bench.write("empty/Dockerfile", "FROM scratch\nENV A=1\n");
    const { exitCode, result } = await bench.build("empty", [
      "--repository",
      "web",
      "--tag",
      "e",
      "--builder",
      "docker",
    ]);
    const message = expect.stringContaining("no image without a layer");
    expect({ exitCode, result }).toMatchObject({
      exitCode: 1,
      result: { error: { code: "IMAGE_REGISTRY_FAILED", message } },
    });
  }, 60_000);

  it("leaves its cache in the registry, and finds it there", async () => {
    const cache = `type=registry,ref=${bench.registry}/web:cache`;
    const to = `${cache},mode=max,image-manifest=true,oci-mediatypes=true`;
    const args = ["--repository", "web", "--tag", "cached"];
    expect(await bench.build("files", [...args, "--cache-to", to])).toMatchObject({ exitCode: 0 });
    expect(await bench.build("files", [...args, "--cache-from", cache])).toMatchObject({ exitCode: 0 });
    const found = await bench.ecr.send(
      new DescribeImagesCommand({ repositoryName: "web", imageIds: [{ imageTag: "cache" }] }),
    );
    expect(found.imageDetails).toHaveLength(1);
    const refused = await bench.build("files", [
      ...args,
      "--cache-to",
      `type=registry,ref=${bench.registry}/web:index`,
    ]);
    expect(refused.result.error).toMatchObject({ remedy: expect.stringContaining("image-manifest=true") });
  }, 60_000);

  it("takes the image that is there where the tag is immutable and everything is the same", async () => {
    await dockerfile("kept", "ARG V", step("require('fs').writeFileSync('/now',String(Date.now()))"));
    const build = (version: string, ...more: string[]) =>
      bench.build("kept", ["--repository", "kept", "--tag", "c1", "--build-args", `V=${version}`, ...more]);
    const first = await build("1");
    expect(first, first.talk).toMatchObject(built);
    const second = await build("1", "--no-cache");
    expect(second.result).toMatchObject({ outcome: "unchanged", digest: first.result.digest });
    expect(second.talk).toContain("not built: ");
    expect((await build("1", "--tags", "c1-again")).result).toMatchObject({ digest: first.result.digest });
    const other = await build("2");
    expect(other.result.error).toMatchObject({
      code: "IMAGE_TAG_IMMUTABLE",
      message: expect.stringContaining("was not built from these files and inputs"),
    });
    expect(other.talk).not.toContain("building Dockerfile");
  }, 60_000);

  it.each<[what: string, variables: () => Variables]>([
    ["the classic builder", () => ({ DOCKER_BUILDKIT: "0" })],
    ["a Docker without the plugin", withoutPlugin],
  ])(
    "builds and pushes with %s",
    async (_, variables) => {
      await dockerfile("classic", "ARG V=0", step("console.log('classic',process.env.V)"), 'CMD ["node", "-p", "1+1"]');
      const args = ["--repository", "web", "--tag", "classic", "--tags", "also", "--build-args", `V=${Math.random()}`];
      const { result, talk, exitCode } = await bench.build("classic", args, variables());
      expect(exitCode, talk).toBe(0);
      expect(result.builder).toMatch(/^docker build /);
      expect(await manifestOf(String(result.digest))).toHaveProperty("layers");
      expect(await bench.run(String(result.image))).toBe("2\n");
      await dockerfile("classic", step("console.error('reason');process.exit(4)"));
      const failed = await bench.build("classic", ["--repository", "web", "--tag", "classic"], variables());
      expect(failed.result.error).toMatchObject({
        code: "IMAGE_BUILD_FAILED",
        message: expect.stringMatching(/exit code 4\n[\s\S]*reason/),
      });
    },
    60_000,
  );

  it.each([
    [["--cache-to", "type=inline"], "cache-to: "],
    [["--secrets", "a=bcdef"], "secrets: "],
    [["--platforms", "linux/amd64,linux/arm64"], "several platforms: "],
    [["--platforms", "linux/s390x"], "platforms linux/s390x on an engine for "],
    [["--provenance", "true"], "provenance: "],
    [["--cache-from", "type=gha"], "cache-from type=gha: "],
  ])("refuses %j by name where only the classic builder is there", async (args, message) => {
    const all = ["--repository", "web", "--tag", "x", "--builder", "docker", ...args];
    const { result, talk } = await bench.build("files", all, { DOCKER_BUILDKIT: "0" });
    expect(result.error).toMatchObject({
      code: "IMAGE_BUILDER_UNSUPPORTED",
      message: expect.stringContaining(message),
    });
    expect(talk).not.toContain("building");
  });

  it.each<[what: string, variables: Variables, message: RegExp]>([
    ["engine", { DOCKER_HOST: "unix:///nowhere/docker.sock" }, /no Docker engine answers: .*unix:\/\/\/nowhere/],
    ["program", { PATH: dirname(process.execPath) }, /there is no program docker on the PATH/],
  ])("says that there is no %s, and builds natively what can be built so", async (_, variables, message) => {
    const args = ["--repository", "web", "--tag", "x", "--builder", "docker"];
    const refused = await bench.build("files", args, variables);
    expect(refused.result.error).toMatchObject({ code: "DOCKER_UNAVAILABLE", message: expect.stringMatching(message) });
    const run = await bench.build("files", ["--repository", "web", "--tag", "native"], variables);
    expect(run.result).toMatchObject({ builder: "native" });
    await dockerfile("needy", step("1"));
    const needy = await bench.build("needy", ["--repository", "web", "--tag", "x"], variables);
    expect(needy.result.error).toMatchObject({
      code: "IMAGE_INSTRUCTION_UNSUPPORTED",
      message: expect.stringMatching(message),
    });
  });

  it.each<[kind: string, variables: Variables]>([
    ["buildx", {}],
    ["the classic builder", { DOCKER_BUILDKIT: "0" }],
  ])(
    "ends %s and all its processes when it is asked to end",
    async (_, variables) => {
      await dockerfile("slow", step(`console.log('step is running ${Math.random()}');setTimeout(()=>{},90000)`));
      const args = ["--repository", "web", "--tag", "slow", "--context", join(bench.folder, "slow")];
      const { child, ended, talk } = bench.start(args, variables);
      let password = "";
      while (!/^ *step is running/m.test(talk())) {
        await new Promise((resolve) => child.stderr.once("data", resolve));
        password ||= passwordFiles().join();
      }
      expect(password).toMatch(/^-rw------- /);
      expect(processesOf(bench.folder)).not.toEqual([]);
      child.kill("SIGINT");
      const { exitCode, result } = await ended;
      expect([exitCode, result.error]).toEqual([1, expect.objectContaining({ code: "CANCELLED" })]);
      expect(processesOf(bench.folder)).toEqual([]);
    },
    60_000,
  );
});

function readUserConfiguration(): string {
  const folder = process.env.DOCKER_CONFIG || join(process.env.HOME ?? "", ".docker");
  try {
    return readFileSync(join(folder, "config.json"), "utf8");
  } catch {
    return "none";
  }
}

/** A configuration that names no plugins; where Docker also finds them elsewhere, DOCKER_BUILDKIT=0 does the same. */
function withoutPlugin(): Variables {
  const folder = join(bench.folder, "bare");
  mkdirSync(folder, { recursive: true });
  const variables = { ...process.env, DOCKER_CONFIG: folder };
  const plugins = execFileSync("docker", ["info", "--format", "{{json .ClientInfo.Plugins}}"], { env: variables });
  return { DOCKER_CONFIG: folder, ...(plugins.includes("buildx") ? { DOCKER_BUILDKIT: "0" } : {}) };
}

/** `ls -l` of the files that hold a registry's password now. */
function passwordFiles(): string[] {
  const list = execFileSync("find", [
    join(bench.folder, "tmp"),
    "-name",
    "config.json",
    "-exec",
    "ls",
    "-l",
    "{}",
    ";",
  ]);
  return list.toString().split("\n").filter(Boolean);
}

/** The command lines of docker's processes that work on files of a folder. */
function processesOf(folder: string): string[] {
  const all = execFileSync("ps", ["-eo", "args"]).toString().split("\n");
  return all.filter((line) => line.includes(folder) && /^\S*docker/.test(line));
}
