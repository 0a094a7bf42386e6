/** The registry to skopeo: https://github.com/containers/skopeo */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OciLayout, writeOciLayout } from "./oci-layout.ts";
import { describeWithReferee, run } from "./referee.ts";
import { type RegistryStage, startRegistryStage } from "./registry-stage.ts";

describeWithReferee("skopeo", ["--version"], "skopeo", () => {
  let stage: RegistryStage;
  let layout: OciLayout;
  const env = () => ({ REGISTRY_AUTH_FILE: join(stage.folder, "auth.json") });
  const skopeo = (...args: string[]) => run("skopeo", args, { env: env() });
  const copy = (...args: string[]) =>
    skopeo("copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false", ...args);
  const inspect = async (...args: string[]) => JSON.parse(await skopeo("inspect", "--tls-verify=false", ...args));
  const at = (reference: string) => `docker://${stage.host}/${reference}`;

  beforeAll(async () => {
    stage = await startRegistryStage("skopeo/web", "skopeo/copy");
    layout = await writeOciLayout(join(stage.folder, "layout"), ["amd64", "arm64"]);
  });
  afterAll(() => stage.end());

  it("logs in with the token, and not without", async () => {
    const login = (input: string) =>
      run("skopeo", ["login", "--tls-verify=false", "--username", "AWS", "--password-stdin", stage.host], {
        input,
        env: env(),
      });
    await expect(login("guess")).rejects.toThrow(/400/);
    expect(await login(stage.password)).toContain("Login Succeeded!");
  });

  it("copies an index to the registry, within it, and back", async () => {
    await copy("--all", `oci:${layout.folder}`, at("skopeo/web:1.0"));
    await copy("--all", at("skopeo/web:1.0"), at("skopeo/copy:1.0"));
    const back = join(stage.folder, "back");
    await copy("--all", at("skopeo/copy:1.0"), `oci:${back}:1.0`);
    const { manifests } = JSON.parse(await readFile(join(back, "index.json"), "utf8"));
    expect(manifests).toMatchObject([{ digest: layout.digest }]);
  });

  it("inspects an image, an index, and the tags", async () => {
    expect(await inspect("--override-arch", "arm64", at("skopeo/web:1.0"))).toMatchObject({
      Name: `${stage.host}/skopeo/web`,
      Digest: layout.digest,
      Architecture: "arm64",
      RepoTags: ["1.0"],
    });
    const { manifests } = await inspect("--raw", at("skopeo/web:1.0"));
    expect(manifests).toMatchObject([{ digest: layout.images.amd64 }, { digest: layout.images.arm64 }]);
    const listed = await skopeo("list-tags", "--tls-verify=false", at("skopeo/copy"));
    expect(JSON.parse(listed)).toMatchObject({ Tags: ["1.0"] });
  });

  it("converts to Docker's own format on the way", async () => {
    await copy("--format", "v2s2", at("skopeo/web:1.0"), at("skopeo/copy:docker"));
    const image = { repositoryName: "skopeo/copy", imageIds: [{ imageTag: "docker" }] };
    expect((await stage.ecr.describeImages(image)).imageDetails).toMatchObject([
      { imageManifestMediaType: "application/vnd.docker.distribution.manifest.v2+json" },
    ]);
  });

  it("deletes an image", async () => {
    await skopeo("delete", "--tls-verify=false", at("skopeo/copy:docker"));
    await expect(inspect(at("skopeo/copy:docker"))).rejects.toThrow(/manifest unknown: Requested image not found/);
  });

  it("is told that there is no such repository", async () => {
    await expect(copy(at("skopeo/web:1.0"), at("skopeo/none:1.0"))).rejects.toThrow(
      /The repository with name 'skopeo\/none' does not exist in the registry with id '000000000000'/,
    );
  });
});
