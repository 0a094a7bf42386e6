import { describe, expect, it } from "vitest";
import { digestOf } from "./digest.ts";
import { errorOf, startTestService } from "./operations.fixture.ts";
import {
  ACCOUNT_ID,
  createTestRepository,
  indexOf,
  manifestOf,
  OCI_INDEX,
  OCI_MANIFEST,
  pushBlob,
  pushImage,
  pushManifest,
} from "./store.fixture.ts";

const WEB = { repositoryName: "web" };
const ABSENT = `sha256:${"0".repeat(64)}`;
const NOT_FOUND = { failureCode: "ImageNotFound", failureReason: "Requested image not found" };

async function startWithImages() {
  const service = await startTestService();
  const repository = createTestRepository(service.store, "web");
  const push = (content: string, tag?: string) =>
    pushImage(service.store, repository, { content, ...(tag === undefined ? {} : { tag }) });
  return { ...service, repository, push };
}

describe("DescribeImages", () => {
  it("describes an image with its tags and size", async () => {
    const { call, push, clock, repository, store } = await startWithImages();
    const image = await push("twelve bytes", "v1");
    const { digest, manifest } = image;
    await pushManifest(store, repository, (await store.readManifest(image)).toString(), "latest");
    expect(await call("DescribeImages", { ...WEB, imageIds: [{ imageTag: "v1" }, { imageDigest: digest }] })).toEqual({
      imageDetails: [
        {
          registryId: ACCOUNT_ID,
          repositoryName: "web",
          imageDigest: digest,
          imageTags: ["v1", "latest"],
          imageSizeInBytes: "twelve bytes".length + "{}".length,
          imagePushedAt: new Date(clock.now()),
          imageManifestMediaType: manifest.mediaType,
          artifactMediaType: "application/vnd.oci.image.config.v1+json",
          imageStatus: "ACTIVE",
        },
      ],
    });
  });

  it("says ImageNotFoundException in ECR's words", async () => {
    const { call, push } = await startWithImages();
    const { digest } = await push("1", "v1");
    expect(await errorOf(call("DescribeImages", { ...WEB, imageIds: [{ imageTag: "v2" }] }))).toEqual({
      code: "ImageNotFoundException",
      message: `The image with imageId {imageDigest:'null', imageTag:'v2'} does not exist within the repository with name 'web' in the registry with id '${ACCOUNT_ID}'`,
    });
    await push("2", "v2");
    const mismatch = call("DescribeImages", { ...WEB, imageIds: [{ imageTag: "v2", imageDigest: digest }] });
    expect((await errorOf(mismatch)).code).toBe("ImageNotFoundException");
  });

  it("filters by tag status, and gives an index the size of its largest image", async () => {
    const { call, push, repository, store } = await startWithImages();
    const [small, large] = [await push("small"), await push("much larger")];
    const index = await pushManifest(
      store,
      repository,
      indexOf([
        { digest: small.digest, architecture: "arm64" },
        { digest: large.digest, architecture: "amd64" },
      ]),
      "v1",
    );
    const tagged = await call("DescribeImages", { ...WEB, filter: { tagStatus: "TAGGED" } });
    expect(tagged.imageDetails).toMatchObject([
      { imageDigest: index.digest, imageSizeInBytes: "much larger{}".length, imageManifestMediaType: OCI_INDEX },
    ]);
    const untagged = await call("DescribeImages", { ...WEB, filter: { tagStatus: "UNTAGGED" } });
    expect(untagged.imageDetails?.map(({ imageDigest }) => imageDigest)).toEqual([small.digest, large.digest].sort());
    expect((await call("DescribeImages", WEB)).imageDetails).toHaveLength(3);
    expect((await call("DescribeImages", { ...WEB, filter: { imageStatus: "ARCHIVED" } })).imageDetails).toEqual([]);
    const unknown = call("DescribeImages", { ...WEB, filter: { tagStatus: "SOME" as "ANY" } });
    expect((await errorOf(unknown)).code).toBe("InvalidParameterException");
  });

  it("does not claim that a scan took place", async () => {
    const { call, clock, store } = await startTestService();
    await call("CreateRepository", { repositoryName: "web", imageScanningConfiguration: { scanOnPush: true } });
    await pushImage(store, store.repository("web"), { content: "1", tag: "v1" });
    await clock.advance(2000);
    expect((await call("DescribeImages", { ...WEB, repositoryName: "web" })).imageDetails).toMatchObject([
      { imageScanStatus: { status: "FAILED", description: expect.stringContaining("does not scan images") } },
    ]);
  });
});

describe("ListImages", () => {
  it("has an entry for each tag, and pages through them", async () => {
    const { call, push, repository, store } = await startWithImages();
    const first = await push("1", "v1");
    await pushManifest(store, repository, (await store.readManifest(first)).toString(), "latest");
    const second = await push("2");
    const ids = [];
    let nextToken: string | undefined;
    do {
      const page = await call("ListImages", { ...WEB, maxResults: 1, nextToken });
      ids.push(...(page.imageIds ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(ids).toHaveLength(3);
    expect(ids).toEqual(
      expect.arrayContaining([
        { imageDigest: first.digest, imageTag: "v1" },
        { imageDigest: first.digest, imageTag: "latest" },
        { imageDigest: second.digest },
      ]),
    );
  });
});

describe("BatchGetImage", () => {
  it("answers manifests as they were pushed, and failures beside them", async () => {
    const { call, push, store } = await startWithImages();
    const image = await push("1", "v1");
    const other = await push("2", "v2");
    const missing = [{ imageTag: "v3" }, { imageDigest: ABSENT }];
    const answer = await call("BatchGetImage", {
      ...WEB,
      imageIds: [
        { imageTag: "v1" },
        ...missing,
        {},
        { imageDigest: "x" },
        { imageTag: "v1", imageDigest: other.digest },
      ],
    });
    expect(answer.images).toEqual([
      {
        registryId: ACCOUNT_ID,
        repositoryName: "web",
        imageId: { imageDigest: image.digest, imageTag: "v1" },
        imageManifest: (await store.readManifest(image)).toString(),
        imageManifestMediaType: OCI_MANIFEST,
      },
    ]);
    expect(answer.failures?.map(({ failureCode }) => failureCode)).toEqual([
      "ImageNotFound",
      "ImageNotFound",
      "MissingDigestAndTag",
      "InvalidImageDigest",
      "ImageTagDoesNotMatchDigest",
    ]);
    expect(answer.failures?.[0]).toEqual({ imageId: { imageTag: "v3" }, ...NOT_FOUND });
  });

  it("does not find an image in no accepted form", async () => {
    const { call, push } = await startWithImages();
    await push("1", "v1");
    const imageIds = [{ imageTag: "v1" }];
    const answer = await call("BatchGetImage", { ...WEB, imageIds, acceptedMediaTypes: [OCI_INDEX] });
    expect(answer).toEqual({ images: [], failures: [{ imageId: imageIds[0], ...NOT_FOUND }] });
    expect((await call("BatchGetImage", { ...WEB, imageIds, acceptedMediaTypes: [OCI_MANIFEST] })).images).toHaveLength(
      1,
    );
  });

  it("takes 1 to 100 ids", async () => {
    const { call } = await startWithImages();
    for (const imageIds of [[], Array(101).fill({ imageTag: "v1" })])
      expect((await errorOf(call("BatchGetImage", { ...WEB, imageIds }))).code).toBe("InvalidParameterException");
  });
});

describe("BatchCheckLayerAvailability", () => {
  it("tells what is there from what is not and from what is no digest", async () => {
    const { call, repository, store } = await startWithImages();
    const there = await pushBlob(store, repository, Buffer.from("layer"));
    expect(await call("BatchCheckLayerAvailability", { ...WEB, layerDigests: [there, ABSENT, "x"] })).toEqual({
      layers: [
        { layerDigest: there, layerAvailability: "AVAILABLE", layerSize: 5 },
        { layerDigest: ABSENT, layerAvailability: "UNAVAILABLE" },
      ],
      failures: [expect.objectContaining({ layerDigest: "x", failureCode: "InvalidLayerDigest" })],
    });
  });
});

describe("PutImage", () => {
  it("gives an image another tag, once", async () => {
    const { call, push, store } = await startWithImages();
    const image = await push("1", "v1");
    const imageManifest = (await store.readManifest(image)).toString();
    const answer = await call("PutImage", { ...WEB, imageManifest, imageTag: "production" });
    expect(answer.image?.imageId).toEqual({ imageDigest: image.digest, imageTag: "production" });
    expect(await errorOf(call("PutImage", { ...WEB, imageManifest, imageTag: "production" }))).toEqual({
      code: "ImageAlreadyExistsException",
      message: `Image with digest '${image.digest}' and tag 'production' already exists in the repository with name 'web' in registry with id '${ACCOUNT_ID}'`,
    });
    expect((await errorOf(call("PutImage", { ...WEB, imageManifest }))).message).toContain(
      `digest '${image.digest}' already`,
    );
    expect((await call("DescribeImages", WEB)).imageDetails?.[0]?.imageTags).toEqual(["v1", "production"]);
  });

  it("refuses missing layers, another digest, a bad tag and a taken immutable one", async () => {
    const { call, push, repository, store } = await startWithImages();
    const image = await push("1", "v1");
    const manifest = (await store.readManifest(image)).toString();
    repository.tagMutability = { setting: "IMMUTABLE", exclusions: [] };
    const unpushed = manifestOf(Buffer.from("{}"), Buffer.from("unpushed"));
    const codes = [];
    for (const input of [
      { imageManifest: unpushed, imageTag: "v2" },
      { imageManifest: `${manifest} `, imageDigest: image.digest },
      { imageManifest: `${manifest} `, imageTag: "-v2" },
      { imageManifest: `${manifest} `, imageTag: "v1" },
      { imageManifest: "no JSON" },
    ])
      codes.push((await errorOf(call("PutImage", { ...WEB, ...input }))).code);
    expect(codes).toEqual([
      "LayersNotFoundException",
      "ImageDigestDoesNotMatchException",
      "InvalidParameterException",
      "ImageTagAlreadyExistsException",
      "InvalidParameterException",
    ]);
    expect([...repository.images.keys()]).toEqual([image.digest]);
    expect(digestOf(Buffer.from(manifest))).toBe(image.digest);
  });
});

describe("BatchDeleteImage", () => {
  it("takes a tag alone while others are left, then the image with the last one", async () => {
    const { call, push, repository, store } = await startWithImages();
    const image = await push("1", "v1");
    const { digest } = image;
    await pushManifest(store, repository, (await store.readManifest(image)).toString(), "latest");
    expect(await call("BatchDeleteImage", { ...WEB, imageIds: [{ imageTag: "v1" }] })).toEqual({
      imageIds: [{ imageDigest: digest, imageTag: "v1" }],
      failures: [],
    });
    expect(repository.find({ imageDigest: digest })).toBeDefined();
    await call("BatchDeleteImage", { ...WEB, imageIds: [{ imageTag: "latest" }] });
    expect(repository.find({ imageDigest: digest })).toBeUndefined();
  });

  it("takes an image and its tags by digest", async () => {
    const { call, push, repository } = await startWithImages();
    const { digest } = await push("1", "v1");
    const answer = await call("BatchDeleteImage", { ...WEB, imageIds: [{ imageDigest: digest }, { imageTag: "v1" }] });
    expect(answer.imageIds).toEqual([{ imageDigest: digest, imageTag: "v1" }]);
    expect(answer.failures).toEqual([{ imageId: { imageTag: "v1" }, ...NOT_FOUND }]);
    expect([repository.images.size, repository.tags.size]).toEqual([0, 0]);
  });

  it("keeps an image that an index lists", async () => {
    const { call, push, repository, store } = await startWithImages();
    const { digest } = await push("1", "v1");
    const index = await pushManifest(store, repository, indexOf([{ digest, architecture: "amd64" }]));
    const imageId = { imageDigest: digest };
    expect(await call("BatchDeleteImage", { ...WEB, imageIds: [imageId] })).toEqual({
      imageIds: [],
      failures: [
        {
          imageId,
          failureCode: "ImageReferencedByManifestList",
          failureReason: `Requested image referenced by manifest list: [${index.digest}]`,
        },
      ],
    });
    const both = await call("BatchDeleteImage", { ...WEB, imageIds: [{ imageDigest: index.digest }, imageId] });
    expect([both.failures, repository.images.size]).toEqual([[], 0]);
  });
});
