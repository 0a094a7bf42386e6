/** `ecs-pipeline build` with buildx of a real Docker engine, against the local cloud's registry. */
import { DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { beforeAll, expect, it } from "vitest";
import { describeWithEngine } from "../engine.fixture.ts";
import { dockerfile, dockerWorkbench, manifestOf, step } from "./docker-workbench.fixture.ts";

const built = { exitCode: 0, result: { outcome: "pushed" } };

describeWithEngine("ecs-pipeline build with Docker", () => {
  const bench = dockerWorkbench();
  beforeAll(() => bench().repository("kept", "IMMUTABLE"));

  it("runs steps with arguments and secrets, up to a target, and shows no secret", async () => {
    const script = "const fs=require('fs');const s=fs.readFileSync('/run/secrets/token','utf8');console.log('have',s);";
    await dockerfile(
      bench(),
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
    const run = await bench().build("steps", [...args, "--secret-envs", "token=TOKEN"], { TOKEN: "very-secret-text" });
    expect(run, run.talk).toMatchObject(built);
    expect(run.talk).toContain("have ***");
    expect(run.talk + JSON.stringify(run.result)).not.toContain("very-secret-text");
    expect(await bench().run(String(run.result.image))).toBe(`${version}16\n`);
    const history = await bench().docker("history", "--no-trunc", `${bench().registry}/web:steps`);
    expect(history).not.toContain("very-secret-text");
    const again = await bench().build("steps", [...args, "--secret-envs", "token=TOKEN"], {
      TOKEN: "very-secret-text",
    });
    expect(again.result).toMatchObject({ outcome: "unchanged", digest: run.result.digest });
  }, 60_000);

  it("fails in the words of the step that failed", async () => {
    await dockerfile(bench(), "failing", "", step("console.error('no such module: left-pad');process.exit(9)"));
    const { exitCode, result } = await bench().build("failing", ["--repository", "web", "--tag", "failing"]);
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
    await bench().write("baseless/Dockerfile", `FROM ${bench().registry}/web:none\nRUN true\n`);
    const { result } = await bench().build("baseless", ["--repository", "web", "--tag", "baseless"]);
    expect(result.error).toMatchObject({
      code: "IMAGE_BASE_UNUSABLE",
      message: expect.stringContaining(`Dockerfile:1: the base image ${bench().registry}/web:none cannot be used`),
    });
  });

  it("builds for two platforms: the digest is the index's, and each platform's is listed", async () => {
    const platforms = ["linux/amd64", "linux/arm64"];
    const args = ["--repository", "web", "--tag", "multi", "--tags", "more,latest", "--platforms", platforms.join()];
    const { result, talk, exitCode } = await bench().build("files", args);
    expect(exitCode, talk).toBe(0);
    const { manifests } = await manifestOf(bench(), String(result.digest));
    const listed = manifests.map((entry: { digest: string; platform: { architecture: string } }) => ({
      platform: `linux/${entry.platform.architecture}`,
      digest: entry.digest,
    }));
    expect(result).toMatchObject({ outcome: "pushed", tags: ["multi", "more", "latest"], platforms: listed });
    expect(listed.map(({ platform }: { platform: string }) => platform)).toEqual(platforms);
    expect(result.metadata).toMatchObject({ "containerimage.digest": result.digest });
    const details = await bench().ecr.send(
      new DescribeImagesCommand({ repositoryName: "web", imageIds: [{ imageDigest: String(result.digest) }] }),
    );
    expect(details.imageDetails?.[0]?.imageTags?.toSorted()).toEqual(["latest", "more", "multi"]);
  }, 60_000);

  it("attests where that is asked for, and only then", async () => {
    const plain = await bench().build("files", ["--repository", "web", "--tag", "plain", "--builder", "docker"]);
    expect(await manifestOf(bench(), String(plain.result.digest))).toHaveProperty("layers");
    const args = ["--repository", "web", "--tag", "attested", "--provenance", "mode=max"];
    const { result, talk } = await bench().build("files", args);
    const { manifests } = await manifestOf(bench(), String(result.digest));
    expect(manifests, talk).toHaveLength(2);
    expect(result.platforms).toEqual([{ platform: "linux/amd64", digest: manifests[0].digest }]);
  }, 60_000);

  it("has built what its push left under an immutable tag, attested or not", async () => {
    await bench().write("fresh/Dockerfile", `FROM scratch\nCOPY a /a\nLABEL run=${Math.random()}\n`);
    await bench().write("fresh/a", "A");
    const args = ["--repository", "kept", "--tag", "attested", "--provenance", "true"];
    const first = await bench().build("fresh", args);
    expect(first, first.talk).toMatchObject(built);
    expect(first.talk).not.toContain("not built");
    const second = await bench().build("fresh", args);
    expect(second, second.talk).toMatchObject({ exitCode: 0, result: { outcome: "unchanged" } });
    expect(second.result.digest).toBe(first.result.digest);
  }, 60_000);

  it("says that Amazon ECR takes no image without a layer", async () => {
    await bench().write("empty/Dockerfile", "FROM scratch\nENV A=1\n");
    const { exitCode, result } = await bench().build("empty", [
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
    const cache = `type=registry,ref=${bench().registry}/web:cache`;
    const to = `${cache},mode=max,image-manifest=true,oci-mediatypes=true`;
    const args = ["--repository", "web", "--tag", "cached"];
    expect(await bench().build("files", [...args, "--cache-to", to])).toMatchObject({ exitCode: 0 });
    expect(await bench().build("files", [...args, "--cache-from", cache])).toMatchObject({ exitCode: 0 });
    const found = await bench().ecr.send(
      new DescribeImagesCommand({ repositoryName: "web", imageIds: [{ imageTag: "cache" }] }),
    );
    expect(found.imageDetails).toHaveLength(1);
    const refused = await bench().build("files", [
      ...args,
      "--cache-to",
      `type=registry,ref=${bench().registry}/web:index`,
    ]);
    expect(refused.result.error).toMatchObject({ remedy: expect.stringContaining("image-manifest=true") });
  }, 60_000);

  it("takes the image that is there where the tag is immutable and everything is the same", async () => {
    await dockerfile(bench(), "kept", "ARG V", step("require('fs').writeFileSync('/now',String(Date.now()))"));
    const build = (version: string, ...more: string[]) =>
      bench().build("kept", ["--repository", "kept", "--tag", "c1", "--build-args", `V=${version}`, ...more]);
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
});
