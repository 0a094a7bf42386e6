import { describe, expect, it } from "vitest";
import { buildInput } from "../build-input.ts";
import { planBuild } from "../build-plan.ts";
import { buildArguments } from "./build-arguments.ts";
import { checkLimits } from "./builder-limits.ts";
import type { DockerBuilder } from "./docker-builder.ts";

const builder: DockerBuilder = {
  kind: "buildx",
  name: "docker buildx 0.13",
  buildxVersion: [0, 13],
  makesIndexes: true,
  enginePlatform: { os: "linux", architecture: "amd64" },
};

function planOf(input: Record<string, unknown>) {
  return planBuild(buildInput.parse({ repository: "web", tag: "v1", ...input }));
}

function argumentsOf(input: Record<string, unknown> = {}, found: Partial<DockerBuilder> = {}): string {
  return buildArguments({
    plan: planOf(input),
    builder: { ...builder, ...found },
    references: ["host/web:v1"],
    context: "/context",
    dockerfile: "/context/Dockerfile",
    labels: new Map([["ours", "1"]]),
    secrets: ["id=a,env=A"],
    idFile: "/work/id",
    metadataFile: "/work/metadata",
  }).join(" ");
}

describe("buildArguments", () => {
  it("builds and pushes with one command of buildx", () => {
    const input = {
      "build-args": ["A=1", "B=x=y z"],
      labels: "l=1",
      target: "t",
      platforms: "linux/amd64,linux/arm64",
      "cache-from": "type=gha",
      "cache-to": "type=gha,mode=max",
      "no-cache": "true",
      pull: true,
      provenance: "mode=max",
      sbom: "true",
      "source-date-epoch": "7",
    };
    expect(argumentsOf(input)).toBe(
      [
        "buildx build --push --progress plain --metadata-file /work/metadata --platform linux/amd64,linux/arm64",
        "--secret id=a,env=A --cache-from type=gha --cache-to type=gha,mode=max --provenance mode=max --sbom true",
        "--build-arg SOURCE_DATE_EPOCH=7 --tag host/web:v1 --build-arg A=1 --build-arg B=x=y z --label l=1 --label ours=1",
        "--target t --no-cache --pull --file /context/Dockerfile --iidfile /work/id /context",
      ].join(" "),
    );
  });

  it("attests nothing unless asked, with a buildx that would", () => {
    expect(argumentsOf()).toContain(" --provenance false --sbom false ");
    expect(argumentsOf({}, { buildxVersion: [0, 9] })).not.toContain("--provenance");
  });

  it("asks the older builders for what they can do", () => {
    const cache = { "cache-from": "type=registry,ref=host/web:cache\nhost/web:other" };
    const rest = "--tag host/web:v1 --label ours=1 --file /context/Dockerfile --iidfile /work/id /context";
    const from = "--cache-from host/web:cache --cache-from host/web:other";
    expect(argumentsOf(cache, { kind: "buildkit" })).toBe(
      `build --progress plain --platform linux/amd64 --secret id=a,env=A ${from} ${rest}`,
    );
    expect(argumentsOf(cache, { kind: "classic" })).toBe(`build --force-rm ${from} ${rest}`);
  });
});

describe("checkLimits", () => {
  it.each<[input: Record<string, unknown>, found: Partial<DockerBuilder>, refused: string | undefined]>([
    [{ platforms: "linux/amd64,linux/arm64", "cache-to": "type=gha", sbom: "true" }, {}, undefined],
    [{ platforms: "linux/amd64,linux/arm64" }, { makesIndexes: false }, "several platforms: docker buildx 0.13 cannot"],
    [{ "cache-to": "type=gha" }, { makesIndexes: false }, "cache-to other than type=inline: "],
    [{ "cache-to": "type=inline" }, { makesIndexes: false }, undefined],
    [{ provenance: "true" }, { makesIndexes: false }, "provenance: "],
    [{ sbom: "true" }, { buildxVersion: [0, 9] }, "sbom: "],
    [{ secrets: "a=bcde" }, { kind: "buildkit" }, undefined],
    [{ "secret-files": "a=b" }, { kind: "classic" }, "secrets: "],
    [{ "source-date-epoch": 0 }, { kind: "buildkit" }, "source-date-epoch: "],
    [{ "cache-from": "type=local,src=/c" }, { kind: "buildkit" }, "cache-from type=local,src=/c: "],
    [{ platforms: "linux/arm64" }, { kind: "buildkit" }, undefined],
    [{ platforms: "linux/arm64" }, { kind: "classic" }, "platforms linux/arm64 on an engine for linux/amd64: "],
  ])("%j with %j: %s", (input, found, refused) => {
    const check = () => checkLimits(planOf(input), { ...builder, ...found });
    if (refused === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(refused);
  });
});
