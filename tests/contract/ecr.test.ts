/** Amazon ECR on the wire: what the SDK and the AWS CLI make of the same answers, and the registry behind them. */
import { createHash } from "node:crypto";
import {
  ECR,
  ImageNotFoundException,
  ImageTagAlreadyExistsException,
  InvalidParameterException,
  LifecyclePolicyNotFoundException,
  LimitExceededException,
  RepositoryAlreadyExistsException,
  RepositoryNotEmptyException,
  RepositoryNotFoundException,
  ScanNotFoundException,
} from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { awsCli, describeWithAwsCli } from "./aws-cli.ts";
import { sdkConfig, startCloud } from "./sdk.ts";

const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

let cloud: LocalCloud;
let ecr: ECR;

beforeAll(async () => {
  cloud = await startCloud();
  ecr = new ECR(sdkConfig(cloud));
});
afterAll(async () => {
  ecr.destroy();
  await cloud.close();
});

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** The header that `docker login` makes of GetAuthorizationToken's answer. */
async function authorization(): Promise<string> {
  const { authorizationData } = await ecr.getAuthorizationToken({});
  return `Basic ${authorizationData?.[0]?.authorizationToken}`;
}

async function registry(method: string, path: string, { body, type }: { body?: string; type?: string } = {}) {
  return fetch(new URL(path, cloud.endpoint), {
    method,
    headers: { authorization: await authorization(), ...(type === undefined ? {} : { "content-type": type }) },
    ...(body === undefined ? {} : { body }),
  });
}

async function pushBlob(repositoryName: string, content: string): Promise<object> {
  const path = `/v2/${repositoryName}/blobs/uploads/?digest=${digestOf(content)}`;
  const pushed = await registry("POST", path, { body: content, type: "application/octet-stream" });
  expect(pushed.status).toBe(201);
  return { digest: digestOf(content), size: content.length };
}

/** Pushes an image by the registry's protocol. @returns the answer to its manifest, and its digest. */
async function pushImage(repositoryName: string, tag: string, content: string) {
  const config = { mediaType: "application/vnd.oci.image.config.v1+json", ...(await pushBlob(repositoryName, "{}")) };
  const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar", ...(await pushBlob(repositoryName, content)) };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers: [layer] });
  const path = `/v2/${repositoryName}/manifests/${tag}`;
  return { answer: await registry("PUT", path, { body: manifest, type: MANIFEST_TYPE }), digest: digestOf(manifest) };
}

describe("Amazon ECR to the SDK", () => {
  it("makes, describes and deletes a repository", async () => {
    const { repository } = await ecr.createRepository({ repositoryName: "sdk/life" });
    expect(repository).toMatchObject({
      repositoryArn: "arn:aws:ecr:us-east-1:000000000000:repository/sdk/life",
      repositoryUri: `${new URL(cloud.endpoint).host}/sdk/life`,
      imageTagMutability: "MUTABLE",
    });
    expect(Math.abs(Date.now() - (repository?.createdAt?.getTime() ?? 0))).toBeLessThan(10_000);
    expect((await ecr.describeRepositories({ repositoryNames: ["sdk/life"] })).repositories).toEqual([repository]);
    await expect(ecr.createRepository({ repositoryName: "sdk/life" })).rejects.toThrow(
      RepositoryAlreadyExistsException,
    );
    await ecr.deleteRepository({ repositoryName: "sdk/life" });
    const gone = await ecr.describeRepositories({ repositoryNames: ["sdk/life"] }).catch((error) => error);
    expect(gone).toBeInstanceOf(RepositoryNotFoundException);
    expect(gone).toMatchObject({
      message: "The repository with name 'sdk/life' does not exist in the registry with id '000000000000'",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("shows what was pushed to the registry, and takes it out of the registry", async () => {
    await ecr.createRepository({ repositoryName: "sdk/images" });
    const pushed = await pushImage("sdk/images", "1.0", "first");
    expect(pushed.answer.status).toBe(201);
    expect(pushed.answer.headers.get("docker-content-digest")).toBe(pushed.digest);
    const { imageDetails } = await ecr.describeImages({
      repositoryName: "sdk/images",
      imageIds: [{ imageTag: "1.0" }],
    });
    expect(imageDetails).toMatchObject([
      { imageDigest: pushed.digest, imageTags: ["1.0"], imageSizeInBytes: "{}first".length },
    ]);
    expect((await ecr.listImages({ repositoryName: "sdk/images" })).imageIds).toEqual([
      { imageDigest: pushed.digest, imageTag: "1.0" },
    ]);
    await expect(ecr.deleteRepository({ repositoryName: "sdk/images" })).rejects.toThrow(RepositoryNotEmptyException);

    const imageIds = [{ imageTag: "1.0" }, { imageTag: "9.9" }];
    const deletion = await ecr.batchDeleteImage({ repositoryName: "sdk/images", imageIds });
    expect(deletion.imageIds).toEqual([{ imageDigest: pushed.digest, imageTag: "1.0" }]);
    expect(deletion.failures).toMatchObject([{ imageId: { imageTag: "9.9" }, failureCode: "ImageNotFound" }]);
    expect((await registry("HEAD", "/v2/sdk/images/manifests/1.0")).status).toBe(404);
    await expect(ecr.describeImages({ repositoryName: "sdk/images", imageIds })).rejects.toThrow(
      ImageNotFoundException,
    );
  });

  it("keeps immutable tags, by both doors", async () => {
    await ecr.createRepository({ repositoryName: "sdk/immutable", imageTagMutability: "IMMUTABLE" });
    expect((await pushImage("sdk/immutable", "1.0", "first")).answer.status).toBe(201);
    const { answer, digest } = await pushImage("sdk/immutable", "1.0", "second");
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ code: "TAG_INVALID" }] });

    const { images } = await ecr.batchGetImage({ repositoryName: "sdk/immutable", imageIds: [{ imageTag: "1.0" }] });
    const first = images?.[0]?.imageManifest ?? "";
    const second = first.replace(digestOf("first"), digestOf("second")).replace(`"size":5`, `"size":6`);
    expect(digestOf(second)).toBe(digest);
    const put = { repositoryName: "sdk/immutable", imageManifest: second, imageTag: "1.0" };
    await expect(ecr.putImage(put)).rejects.toThrow(ImageTagAlreadyExistsException);
    await ecr.putImageTagMutability({ repositoryName: "sdk/immutable", imageTagMutability: "MUTABLE" });
    expect((await ecr.putImage(put)).image?.imageId).toEqual({ imageDigest: digest, imageTag: "1.0" });
  });

  it("keeps lifecycle policies, says what they would do, and what a repository without one has", async () => {
    const repositoryName = "sdk/lifecycle";
    await ecr.createRepository({ repositoryName });
    await expect(ecr.getLifecyclePolicy({ repositoryName })).rejects.toThrow(LifecyclePolicyNotFoundException);
    const selection = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 };
    const rules = [{ rulePriority: 1, description: "Keep one", selection, action: { type: "expire" } }];
    const lifecyclePolicyText = JSON.stringify({ rules }, undefined, 2);
    await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText });
    expect(await ecr.getLifecyclePolicy({ repositoryName })).toMatchObject({ repositoryName, lifecyclePolicyText });
    const older = await pushImage(repositoryName, "1.0", "older");
    await pushImage(repositoryName, "2.0", "younger");
    expect((await ecr.startLifecyclePolicyPreview({ repositoryName })).status).toBe("IN_PROGRESS");
    const preview = () => ecr.getLifecyclePolicyPreview({ repositoryName });
    await expect.poll(async () => (await preview()).status, { timeout: 5000 }).toBe("COMPLETE");
    expect((await preview()).previewResults).toMatchObject([
      { imageDigest: older.digest, imageTags: ["1.0"], appliedRulePriority: 1, imagePushedAt: expect.any(Date) },
    ]);
    await expect(ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: "{}" })).rejects.toThrow(
      InvalidParameterException,
    );
  });

  it("excludes tags from immutability, and mounts layers once the account says so", async () => {
    const repositoryName = "sdk/exclusion";
    const imageTagMutabilityExclusionFilters = [{ filterType: "WILDCARD", filter: "dev-*" } as const];
    const imageTagMutability = "IMMUTABLE_WITH_EXCLUSION";
    const exclusion = { imageTagMutability, imageTagMutabilityExclusionFilters } as const;
    const { repository } = await ecr.createRepository({ repositoryName, ...exclusion });
    expect(repository).toMatchObject(exclusion);
    const again = async (tag: string) => {
      await pushImage(repositoryName, tag, "first");
      return (await pushImage(repositoryName, tag, "second")).answer.status;
    };
    expect([await again("dev-1"), await again("v1")]).toEqual([201, 400]);

    await ecr.createRepository({ repositoryName: "sdk/mount" });
    const path = `/v2/sdk/mount/blobs/uploads/?mount=${digestOf("first")}&from=${repositoryName}`;
    expect((await registry("POST", path)).status).toBe(202);
    await ecr.putAccountSetting({ name: "BLOB_MOUNTING", value: "ENABLED" });
    expect((await registry("POST", path)).status).toBe(201);
    expect(await (await registry("GET", `/v2/sdk/mount/blobs/${digestOf("first")}`)).text()).toBe("first");
  });

  it("scans, and says that it does not know what nobody planted", async () => {
    const repositoryName = "sdk/scans";
    await ecr.createRepository({ repositoryName });
    await ecr.putImageScanningConfiguration({ repositoryName, imageScanningConfiguration: { scanOnPush: false } });
    await pushImage(repositoryName, "1.0", "layer");
    const image = { repositoryName, imageId: { imageTag: "1.0" } };
    await expect(ecr.describeImageScanFindings(image)).rejects.toThrow(ScanNotFoundException);
    expect((await ecr.startImageScan(image)).imageScanStatus).toEqual({ status: "IN_PROGRESS" });
    await expect(ecr.startImageScan(image)).rejects.toThrow(LimitExceededException);
    const status = async () => (await ecr.describeImageScanFindings(image)).imageScanStatus?.status;
    await expect.poll(status, { timeout: 5000 }).toBe("FAILED");
  });

  it("finds what was planted", async () => {
    const plant = (body: string) => fetch(`${cloud.endpoint}/_localcloud/scan-findings`, { method: "PUT", body });
    expect((await plant("{")).status).toBe(400);
    expect((await plant(JSON.stringify({ repositoryName: 1, findings: [] }))).status).toBe(400);
    const repositoryName = "sdk/findings";
    const findings = [{ name: "CVE-2026-0001", severity: "HIGH" }];
    expect((await plant(JSON.stringify({ repositoryName, findings }))).status).toBe(200);
    await ecr.createRepository({ repositoryName, imageScanningConfiguration: { scanOnPush: true } });
    await pushImage(repositoryName, "1.0", "layer");
    const found = async () =>
      (await ecr.describeImageScanFindings({ repositoryName, imageId: { imageTag: "1.0" } })).imageScanFindings
        ?.findings;
    await expect.poll(found, { timeout: 5000 }).toMatchObject(findings);
  });

  it("pages through repositories", async () => {
    for (const name of ["a", "b", "c"]) await ecr.createRepository({ repositoryName: `page/${name}` });
    const first = await ecr.describeRepositories({ maxResults: 2 });
    expect(first.repositories).toHaveLength(2);
    const rest = await ecr.describeRepositories({ ...(first.nextToken && { nextToken: first.nextToken }) });
    const names = [first, rest].flatMap(({ repositories = [] }) => repositories.map((one) => one.repositoryName));
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(["page/a", "page/b", "page/c"]));
  });
});

describe("the registry", () => {
  it("wants a token of GetAuthorizationToken", async () => {
    const refused = await fetch(new URL("/v2/", cloud.endpoint));
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toMatch(/^Basic realm="http:.*",service="ecr.amazonaws.com"$/);
    expect((await registry("GET", "/v2/")).status).toBe(200);
  });

  it("makes no repository for a push", async () => {
    const answer = await registry("POST", "/v2/sdk/never-made/blobs/uploads/");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ errors: [{ code: "NAME_UNKNOWN" }] });
  });
});

describeWithAwsCli("Amazon ECR to the AWS CLI", () => {
  it("reads the same answers and errors", async () => {
    const aws = awsCli(cloud.endpoint);
    const named = ["--repository-name", "cli/life"];
    expect(await aws("ecr", "create-repository", ...named, "--image-tag-mutability", "IMMUTABLE")).toMatchObject({
      repository: { repositoryName: "cli/life", imageTagMutability: "IMMUTABLE" },
    });
    const { digest } = await pushImage("cli/life", "1.0", "layer");
    const described = await aws("ecr", "describe-images", ...named);
    expect(described).toMatchObject({ imageDetails: [{ imageDigest: digest, imageTags: ["1.0"] }] });
    await expect(aws("ecr", "delete-repository", ...named)).rejects.toThrow(
      /\(RepositoryNotEmptyException\) when calling the DeleteRepository operation: The repository with name 'cli\/life'/,
    );
    const policy = {
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 9 },
          action: { type: "expire" },
        },
      ],
    };
    const lifecyclePolicyText = JSON.stringify(policy);
    const put = await aws("ecr", "put-lifecycle-policy", ...named, "--lifecycle-policy-text", lifecyclePolicyText);
    expect(put).toMatchObject({ repositoryName: "cli/life", lifecyclePolicyText });
    await aws("ecr", "batch-delete-image", ...named, "--image-ids", "imageTag=1.0");
    expect(await aws("ecr", "list-images", ...named)).toEqual({ imageIds: [] });
  });
});
