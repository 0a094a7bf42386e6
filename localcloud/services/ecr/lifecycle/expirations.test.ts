import { describe, expect, it } from "vitest";
import { createTestRepository, indexOf, openTestStore, pushImage, pushManifest } from "../store.fixture.ts";
import { expirations } from "./expirations.ts";
import { countRule, policyOf, rule } from "./lifecycle.fixture.ts";
import { parseLifecyclePolicy } from "./policy.ts";

const DAY = 24 * 60 * 60 * 1000;

/** A repository with images named by their content, pushed a day apart, the oldest first. */
async function repositoryWith(...images: [content: string, ...tags: string[]][]) {
  const { store, clock } = await openTestStore();
  const repository = createTestRepository(store, "web");
  const names = new Map<string, string>();
  for (const [content, ...tags] of images) {
    const { digest } = await pushImage(store, repository, { content });
    for (const tag of tags) repository.tags.set(tag, digest);
    names.set(digest, content);
    await clock.advance(DAY);
  }
  /** What expires, with the rule's priority. */
  const expire = (...rules: object[]) =>
    expirations(repository, parseLifecyclePolicy(policyOf(...rules)), clock.now()).map(
      ({ image, rulePriority }) => `${names.get(image.digest)} by ${rulePriority}`,
    );
  return { store, clock, repository, expire };
}

const prefix = (...tagPrefixList: string[]) => ({ tagStatus: "tagged", tagPrefixList });
const pattern = (...tagPatternList: string[]) => ({ tagStatus: "tagged", tagPatternList });

describe("expirations", () => {
  it("keep the youngest by count", async () => {
    const { expire } = await repositoryWith(["A"], ["B", "b"], ["C"]);
    expect(expire(countRule(1, 1))).toEqual(["B by 1", "A by 1"]);
    expect(expire(countRule(1, 3))).toEqual([]);
    expect(expire(rule(1, { tagStatus: "untagged" }))).toEqual(["A by 1"]);
  });

  it("take what is older than so many days", async () => {
    const { expire, clock } = await repositoryWith(["A"], ["B"], ["C"]);
    const older = { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 2 };
    expect(expire(rule(1, older))).toEqual(["A by 1"]);
    await clock.advance(1);
    expect(expire(rule(1, older))).toEqual(["B by 1", "A by 1"]);
  });

  it("want a tag for every prefix and pattern", async () => {
    const { expire } = await repositoryWith(["A", "prod-1", "v1"], ["B", "prod-2"], ["C", "prod-3", "v3"], ["D"]);
    expect(expire(rule(1, prefix("prod")))).toEqual(["B by 1", "A by 1"]);
    expect(expire(rule(1, prefix("prod", "v")))).toEqual(["A by 1"]);
    expect(expire(rule(1, pattern("*-*", "v*")))).toEqual(["A by 1"]);
    expect(expire(rule(1, pattern("p*d-2")))).toEqual([]);
  });

  // The pages' own example: "Filtering on multiple rules", A.
  it("do not touch what an earlier rule selects, but count it", async () => {
    const images: [string, ...string[]][] = [
      ["A", "beta-1", "prod-1"],
      ["B", "beta-2", "prod-2"],
      ["C", "beta-3"],
    ];
    const { expire } = await repositoryWith(...images);
    expect(expire(rule(1, prefix("prod")), rule(2, prefix("beta")))).toEqual(["A by 1"]);
    expect(expire(rule(1, prefix("beta")), rule(2, prefix("prod")))).toEqual(["B by 1", "A by 1"]);
  });

  it("leave an image that an index lists", async () => {
    const { store, repository, clock, expire } = await repositoryWith(["A"], ["B"]);
    const [child] = repository.images.keys();
    const list = indexOf([{ digest: child ?? "", architecture: "amd64" }]);
    const index = await pushManifest(store, repository, list, "multi");
    await clock.advance(DAY);
    expect(expire(countRule(1, 1))).toEqual(["B by 1"]);
    repository.remove(index.digest);
    expect(expire(countRule(1, 1))).toEqual(["A by 1"]);
  });
});
