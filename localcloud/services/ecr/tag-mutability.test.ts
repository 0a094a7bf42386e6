import type { ImageTagMutability } from "@aws-sdk/client-ecr";
import { describe, expect, it } from "vitest";
import { errorOf, startTestService } from "./operations.fixture.ts";
import { pushImage } from "./store.fixture.ts";

const filtersOf = (...patterns: string[]) => patterns.map((filter) => ({ filterType: "WILDCARD" as const, filter }));

async function startWith(imageTagMutability: ImageTagMutability, ...patterns: string[]) {
  const service = await startTestService();
  const filters = patterns.length === 0 ? {} : { imageTagMutabilityExclusionFilters: filtersOf(...patterns) };
  const input = { repositoryName: "web", imageTagMutability, ...filters };
  const { repository } = await service.call("CreateRepository", input);
  /** Whether a tag can be given to a second image. */
  const moves = async (tag: string) => {
    await pushImage(service.store, service.store.repository("web"), { content: "first", tag });
    const second = pushImage(service.store, service.store.repository("web"), { content: "second", tag });
    return second.then(
      () => true,
      (error) => (error.code === "ImageTagAlreadyExistsException" ? false : Promise.reject(error)),
    );
  };
  return { ...service, repository, moves };
}

describe("exclusion filters", () => {
  it("let tags of an immutable repository move", async () => {
    const { moves, repository } = await startWith("IMMUTABLE_WITH_EXCLUSION", "dev-*", "latest");
    expect(repository).toMatchObject({
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: filtersOf("dev-*", "latest"),
    });
    const tags = ["dev-1", "latest", "latest2", "a-dev-1", "v1"];
    expect(await Promise.all(tags.map(moves))).toEqual([true, true, false, false, false]);
  });

  it("keep tags of a mutable repository", async () => {
    const { moves } = await startWith("MUTABLE_WITH_EXCLUSION", "v*.0");
    expect(await Promise.all(["v1.0", "v1x0", "v1.1"].map(moves))).toEqual([false, true, true]);
  });

  it("go with PutImageTagMutability, and with what comes after them", async () => {
    const { call, moves } = await startWith("MUTABLE");
    const name = { repositoryName: "web" };
    const exclusion = {
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" as const,
      imageTagMutabilityExclusionFilters: filtersOf("dev*"),
    };
    expect(await call("PutImageTagMutability", { ...name, ...exclusion })).toMatchObject(exclusion);
    expect([await moves("dev1"), await moves("v1")]).toEqual([true, false]);
    await call("PutImageTagMutability", { ...name, imageTagMutability: "IMMUTABLE" });
    const { repositories } = await call("DescribeRepositories", {});
    expect(repositories?.[0]).not.toHaveProperty("imageTagMutabilityExclusionFilters");
    expect(await moves("dev2")).toBe(false);
  });

  it.each<[ImageTagMutability, string[]]>([
    ["IMMUTABLE", ["dev*"]],
    ["IMMUTABLE_WITH_EXCLUSION", []],
    ["IMMUTABLE_WITH_EXCLUSION", ["a", "b", "c", "d", "e", "f"]],
    ["IMMUTABLE_WITH_EXCLUSION", ["*a*b*"]],
    ["IMMUTABLE_WITH_EXCLUSION", ["a+"]],
    ["IMMUTABLE_WITH_EXCLUSION", [""]],
    ["IMMUTABLE_WITH_EXCLUSION", ["a".repeat(129)]],
    ["SOMETIMES" as ImageTagMutability, []],
  ])("of %s cannot be %j", async (setting, patterns) => {
    expect(await errorOf(startWith(setting, ...patterns))).toMatchObject({ code: "InvalidParameterException" });
  });
});
