import { describe, expect, it } from "vitest";
import type { ImageManifest } from "../manifest.ts";
import { errorOf, startTestService } from "../operations.fixture.ts";
import { ACCOUNT_ID, pushImage, pushManifest } from "../store.fixture.ts";
import { countRule, policyOf, rule } from "./lifecycle.fixture.ts";

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
const web = { repositoryName: "web" };
const id = { ...web, registryId: ACCOUNT_ID };
const keepOne = policyOf(countRule(1, 1));
const oneDayOld = { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 1 };
const oneDay = policyOf(rule(1, oneDayOld));
const untagged = { tagStatus: "untagged", countNumber: 1 };

async function start() {
  const service = await startTestService();
  await service.call("CreateRepository", web);
  const push = (content: string) =>
    pushImage(service.store, service.store.repository("web"), { content, tag: content });
  const tags = async () => (await service.call("ListImages", web)).imageIds?.map(({ imageTag }) => imageTag).sort();
  return { ...service, push, tags };
}

describe("a lifecycle policy", () => {
  it("is kept, shown and deleted", async () => {
    const { call, clock } = await start();
    const none = {
      code: "LifecyclePolicyNotFoundException",
      message: `Lifecycle policy does not exist for the repository with name 'web' in the registry with id '${ACCOUNT_ID}'`,
    };
    expect(await errorOf(call("GetLifecyclePolicy", web))).toEqual(none);
    const put = { ...id, lifecyclePolicyText: keepOne };
    expect(await call("PutLifecyclePolicy", { ...web, lifecyclePolicyText: keepOne })).toEqual(put);
    expect(await call("GetLifecyclePolicy", web)).toEqual(put);
    await clock.advance(MINUTE);
    const lastEvaluatedAt = new Date(clock.now());
    expect(await call("GetLifecyclePolicy", web)).toEqual({ ...put, lastEvaluatedAt });
    expect(await call("DeleteLifecyclePolicy", web)).toEqual({ ...put, lastEvaluatedAt });
    expect(await errorOf(call("DeleteLifecyclePolicy", web))).toEqual(none);
  });

  it("runs soon after it was put, and after a push", async () => {
    const { call, clock, push, tags } = await start();
    await push("a");
    await clock.advance(1);
    await push("b");
    await call("PutLifecyclePolicy", { ...web, lifecyclePolicyText: keepOne });
    expect(await tags()).toEqual(["a", "b"]);
    await clock.advance(MINUTE);
    expect(await tags()).toEqual(["b"]);
    await push("c");
    await clock.advance(MINUTE);
    expect(await tags()).toEqual(["c"]);
  });

  it("runs every day", async () => {
    const { call, clock, push, tags } = await start();
    await push("a");
    await call("PutLifecyclePolicy", { ...web, lifecyclePolicyText: oneDay });
    await clock.advance(DAY);
    expect(await tags()).toEqual(["a"]);
    await clock.advance(MINUTE);
    expect(await tags()).toEqual([]);
  });

  it("does nothing once it, or its repository, is gone", async () => {
    const { call, clock, push, store, tags } = await start();
    await push("a");
    await call("PutLifecyclePolicy", { ...web, lifecyclePolicyText: oneDay });
    await call("DeleteLifecyclePolicy", web);
    await clock.advance(2 * DAY);
    expect(await tags()).toEqual(["a"]);
    await call("PutLifecyclePolicy", { ...web, lifecyclePolicyText: oneDay });
    const gone = store.repository("web");
    await call("DeleteRepository", { ...web, force: true });
    await call("CreateRepository", web);
    await push("b");
    await clock.advance(2 * DAY);
    expect(await tags()).toEqual(["b"]);
    expect(gone.lifecyclePolicy?.lastEvaluatedAt).toBeUndefined();
  });
});

describe("artifacts that refer to an image", () => {
  it("stay while it does and go with it, and so do theirs", async () => {
    const { call, clock, push, store } = await start();
    const repository = store.repository("web");
    const { digest, manifest } = await push("a");
    const { config, layers, mediaType } = { layers: [], ...manifest } as ImageManifest;
    const attach = (subject: string) => {
      const artifact = { schemaVersion: 2, mediaType, config, layers, subject: { ...config, digest: subject } };
      return pushManifest(store, repository, JSON.stringify(artifact));
    };
    const signature = await attach(digest);
    await attach(signature.digest);
    await call("PutLifecyclePolicy", { ...web, lifecyclePolicyText: policyOf(rule(1, untagged), rule(2, oneDayOld)) });
    await clock.advance(MINUTE);
    expect(repository.images.size).toBe(3);
    await clock.advance(DAY);
    expect([...repository.images]).toEqual([]);
  });
});

describe("a preview", () => {
  it("says what a policy would do, and does not do it", async () => {
    const { call, clock, push, tags } = await start();
    const oldest = await push("a");
    await clock.advance(1);
    await push("b");
    expect(await errorOf(call("GetLifecyclePolicyPreview", web))).toMatchObject({
      code: "LifecyclePolicyPreviewNotFoundException",
    });
    expect(await errorOf(call("StartLifecyclePolicyPreview", web))).toMatchObject({
      code: "LifecyclePolicyNotFoundException",
    });
    const input = { ...web, lifecyclePolicyText: keepOne };
    const started = { ...id, lifecyclePolicyText: keepOne, status: "IN_PROGRESS" };
    expect(await call("StartLifecyclePolicyPreview", input)).toEqual(started);
    expect(await call("GetLifecyclePolicyPreview", web)).toEqual(started);
    expect(await errorOf(call("StartLifecyclePolicyPreview", input))).toMatchObject({
      code: "LifecyclePolicyPreviewInProgressException",
    });
    await clock.advance(1000);
    expect(await call("GetLifecyclePolicyPreview", web)).toEqual({
      ...started,
      status: "COMPLETE",
      previewResults: [
        {
          imageTags: ["a"],
          imageDigest: oldest.digest,
          imagePushedAt: new Date(oldest.pushedAt),
          action: { type: "EXPIRE" },
          appliedRulePriority: 1,
          storageClass: "STANDARD",
        },
      ],
      summary: { expiringImageTotalCount: 1 },
    });
    await clock.advance(DAY);
    expect(await tags()).toEqual(["a", "b"]);
  });

  it("may be of the policy that is there, and is read in parts", async () => {
    const { call, clock, push } = await start();
    for (const content of ["a", "b", "c", "d"]) await push(content);
    await call("PutLifecyclePolicy", { ...web, lifecyclePolicyText: keepOne });
    await call("StartLifecyclePolicyPreview", web);
    await clock.advance(1000);
    const tagsOf = (answer: { previewResults?: { imageTags?: string[] | undefined }[] | undefined }) =>
      answer.previewResults?.flatMap(({ imageTags = [] }) => imageTags) ?? [];
    const first = await call("GetLifecyclePolicyPreview", { ...web, maxResults: 2 });
    const { nextToken = "" } = first;
    const rest = await call("GetLifecyclePolicyPreview", { ...web, nextToken });
    expect(tagsOf(first)).toHaveLength(2);
    expect([...tagsOf(first), ...tagsOf(rest)].sort()).toEqual(["a", "b", "c"]);
    const one = await call("GetLifecyclePolicyPreview", { ...web, imageIds: [{ imageTag: "b" }, { imageTag: "d" }] });
    expect(tagsOf(one)).toEqual(["b"]);
    expect(tagsOf(await call("GetLifecyclePolicyPreview", { ...web, filter: { tagStatus: "UNTAGGED" } }))).toEqual([]);
  });
});
