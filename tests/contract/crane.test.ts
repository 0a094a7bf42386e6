/** The registry to crane: https://github.com/google/go-containerregistry/tree/main/cmd/crane */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OciLayout, writeOciLayout } from "./oci-layout.ts";
import { describeWithReferee, run } from "./referee.ts";
import { type RegistryStage, startRegistryStage } from "./registry-stage.ts";

describeWithReferee("crane", ["version"], "crane", () => {
  let stage: RegistryStage;
  let layout: OciLayout;
  const crane = (...args: string[]) => run("crane", args, { env: { DOCKER_CONFIG: stage.folder } });
  const lines = async (...args: string[]) => (await crane(...args)).trim().split("\n");
  const at = (reference: string) => `${stage.host}/${reference}`;

  beforeAll(async () => {
    stage = await startRegistryStage("crane/web", "crane/copy");
    layout = await writeOciLayout(join(stage.folder, "layout"), ["amd64", "arm64"]);
    await run("crane", ["auth", "login", stage.host, "--username", "AWS", "--password-stdin"], {
      input: stage.password,
      env: { DOCKER_CONFIG: stage.folder },
    });
  });
  afterAll(() => stage.end());

  it("pushes an index and finds every byte of it valid", async () => {
    expect(await crane("push", layout.folder, at("crane/web:1.0"))).toContain(layout.digest);
    expect(await lines("digest", at("crane/web:1.0"))).toEqual([layout.digest]);
    expect(await lines("digest", "--platform", "linux/arm64", at("crane/web:1.0"))).toEqual([layout.images.arm64]);
    // It prints PASS on standard error, and ends with 1 for anything else.
    await crane("validate", "--remote", at("crane/web:1.0"));
  });

  it("pulls an image and pushes it again as the same", async () => {
    const file = join(stage.folder, "arm64.tar");
    await crane("pull", "--format", "tarball", "--platform", "linux/arm64", at("crane/web:1.0"), file);
    await crane("push", file, at("crane/copy:arm64"));
    const config = JSON.parse(await crane("config", at("crane/copy:arm64")));
    expect(config).toMatchObject({ architecture: "arm64", config: { Cmd: ["/architecture"] } });
    const exported = join(stage.folder, "exported.tar");
    await crane("export", at("crane/copy:arm64"), exported);
    expect((await readFile(exported)).subarray(512, 512 + 5).toString()).toBe("arm64");
  });

  it("copies between repositories, tags, lists and deletes", async () => {
    await crane("copy", at("crane/web:1.0"), at("crane/copy:1.0"));
    expect(await lines("digest", at("crane/copy:1.0"))).toEqual([layout.digest]);
    await crane("tag", at("crane/copy:1.0"), "stable");
    expect(await lines("ls", at("crane/copy"))).toEqual(["1.0", "arm64", "stable"]);
    expect(await lines("catalog", stage.host)).toEqual(["crane/copy", "crane/web"]);
    await crane("delete", at("crane/copy:stable"));
    expect(await lines("ls", at("crane/copy"))).toEqual(["1.0", "arm64"]);
    await expect(crane("delete", at(`crane/copy@${layout.images.amd64}`))).rejects.toThrow(
      /UNSUPPORTED: Requested image referenced by manifest list/,
    );
  });

  it("is told what is not there, and who it is not", async () => {
    await expect(crane("manifest", at("crane/web:none"))).rejects.toThrow(
      /MANIFEST_UNKNOWN: Requested image not found/,
    );
    await expect(crane("copy", at("crane/web:1.0"), at("crane/none:1.0"))).rejects.toThrow(
      "NAME_UNKNOWN: The repository with name 'crane/none' does not exist in the registry with id '000000000000'",
    );
    const anonymous = run("crane", ["ls", at("crane/web")]);
    await expect(anonymous).rejects.toThrow(/UNAUTHORIZED: Not Authorized/);
  });

  it("does not overwrite an immutable tag", async () => {
    const repositoryName = "crane/immutable";
    await stage.ecr.createRepository({ repositoryName, imageTagMutability: "IMMUTABLE" });
    await crane("push", layout.folder, at(`${repositoryName}:1.0`));
    await expect(crane("copy", at("crane/copy:arm64"), at(`${repositoryName}:1.0`))).rejects.toThrow(
      "TAG_INVALID: The image tag '1.0' already exists in the 'crane/immutable' repository and cannot be overwritten because the tag is immutable.",
    );
  });
});
