import type { ImageScanFinding } from "@aws-sdk/client-ecr";
import { describe, expect, it } from "vitest";
import { errorOf, startTestService } from "../operations.fixture.ts";
import { ACCOUNT_ID, indexOf, pushImage, pushManifest } from "../store.fixture.ts";

const DAY = 24 * 60 * 60 * 1000;
const web = { repositoryName: "web" };
const v1 = { ...web, imageId: { imageTag: "v1" } };
const low: ImageScanFinding = { name: "CVE-2026-1", severity: "LOW", uri: "https://example.com/1" };
const critical: ImageScanFinding = { name: "CVE-2026-2", severity: "CRITICAL" };

async function start(scanOnPush = false) {
  const service = await startTestService();
  await service.call("CreateRepository", { ...web, imageScanningConfiguration: { scanOnPush } });
  const push = (tag: string) => pushImage(service.store, service.store.repository("web"), { content: tag, tag });
  const detail = async () => (await service.call("DescribeImages", web)).imageDetails?.[0];
  return { ...service, push, detail };
}

describe("a scan", () => {
  it("finds what was planted, the most severe first", async () => {
    const { call, clock, push, store, detail } = await start();
    const { digest } = await push("v1");
    store.scanner.plant({ ...web, findings: [low, critical] });
    expect(await errorOf(call("DescribeImageScanFindings", v1))).toEqual({
      code: "ScanNotFoundException",
      message: `Image scan does not exist for the image with '{imageDigest:'null', imageTag:'v1'}' in the repository with name 'web' in the registry with id '${ACCOUNT_ID}'`,
    });
    const begun = {
      ...web,
      registryId: ACCOUNT_ID,
      imageId: { imageDigest: digest, imageTag: "v1" },
      imageScanStatus: { status: "IN_PROGRESS" },
    };
    expect(await call("StartImageScan", v1)).toEqual(begun);
    expect(await call("DescribeImageScanFindings", v1)).toEqual(begun);
    await clock.advance(2000);
    const at = { imageScanCompletedAt: new Date(clock.now()), vulnerabilitySourceUpdatedAt: new Date(clock.now()) };
    const findingSeverityCounts = { CRITICAL: 1, LOW: 1 };
    const imageScanStatus = { status: "COMPLETE", description: "The scan was completed successfully." };
    expect(await call("DescribeImageScanFindings", v1)).toEqual({
      ...begun,
      imageScanStatus,
      imageScanFindings: { ...at, findingSeverityCounts, findings: [critical, low] },
    });
    expect(await detail()).toMatchObject({
      imageScanStatus,
      imageScanFindingsSummary: { ...at, findingSeverityCounts },
    });
  });

  it("does not look clean where nothing was planted, and does where that was planted", async () => {
    const { call, clock, push, store, detail } = await start();
    await push("v1");
    await call("StartImageScan", v1);
    await clock.advance(2000);
    const failed = await call("DescribeImageScanFindings", v1);
    expect(failed.imageScanStatus).toMatchObject({ status: "FAILED", description: expect.stringContaining("planted") });
    expect(failed).not.toHaveProperty("imageScanFindings");
    expect(await detail()).not.toHaveProperty("imageScanFindingsSummary");
    store.scanner.plant({ ...web, findings: [] });
    await call("StartImageScan", v1);
    await clock.advance(2000);
    expect(await call("DescribeImageScanFindings", v1)).toMatchObject({
      imageScanStatus: { status: "COMPLETE" },
      imageScanFindings: { findings: [], findingSeverityCounts: {} },
    });
  });

  it("finds what was planted for its image rather than for its repository, and the last of it", async () => {
    const { call, clock, push, store } = await start();
    store.scanner.plant({ ...web, image: { imageTag: "v1" }, findings: [low, low] });
    store.scanner.plant({ ...web, findings: [critical] });
    store.scanner.plant({ ...web, image: { imageTag: "v1" }, findings: [low] });
    store.scanner.plant({ repositoryName: "other", findings: [] });
    for (const tag of ["v1", "v2"]) {
      await push(tag);
      await call("StartImageScan", { ...web, imageId: { imageTag: tag } });
    }
    await clock.advance(2000);
    const found = async (imageTag: string) =>
      (await call("DescribeImageScanFindings", { ...web, imageId: { imageTag } })).imageScanFindings?.findings;
    expect([await found("v1"), await found("v2")]).toEqual([[low], [critical]]);
  });

  it("is made on a push where the repository says so, once for an image", async () => {
    const { call, clock, push, store, detail } = await start(true);
    store.scanner.plant({ ...web, image: { imageTag: "v1" }, findings: [low] });
    await push("v1");
    expect(await detail()).toMatchObject({ imageScanStatus: { status: "IN_PROGRESS" } });
    await clock.advance(2000);
    expect(await detail()).toMatchObject({ imageScanFindingsSummary: { findingSeverityCounts: { LOW: 1 } } });
    await push("v1");
    expect(await detail()).toMatchObject({ imageScanStatus: { status: "COMPLETE" } });
    const off = { ...web, imageScanningConfiguration: { scanOnPush: false } };
    expect(await call("PutImageScanningConfiguration", off)).toEqual({ registryId: ACCOUNT_ID, ...off });
    const { digest } = await push("v2");
    expect(
      await errorOf(call("DescribeImageScanFindings", { ...web, imageId: { imageDigest: digest } })),
    ).toMatchObject({
      code: "ScanNotFoundException",
    });
  });

  it("can be had once a day", async () => {
    const { call, clock, push, store } = await start();
    await push("v1");
    store.scanner.plant({ ...web, findings: [] });
    await call("StartImageScan", v1);
    const exceeded = {
      code: "LimitExceededException",
      message: "The scan quota per image has been exceeded. Wait and try again.",
    };
    expect(await errorOf(call("StartImageScan", v1))).toEqual(exceeded);
    await clock.advance(DAY - 1);
    expect(await errorOf(call("StartImageScan", v1))).toEqual(exceeded);
    await clock.advance(1);
    expect(await call("StartImageScan", v1)).toMatchObject({ imageScanStatus: { status: "IN_PROGRESS" } });
  });

  it("ends with its image", async () => {
    const { call, clock, push, store } = await start(true);
    store.scanner.plant({ ...web, findings: [] });
    await push("v1");
    await call("BatchDeleteImage", { ...web, imageIds: [{ imageTag: "v1" }] });
    await clock.advance(2000);
    expect(store.repository("web").scans.size).toBe(0);
  });

  it("of an index, a missing image or a badly described finding is refused", async () => {
    const { call, push, store } = await start();
    const { digest } = await push("v1");
    const list = indexOf([{ digest, architecture: "amd64" }]);
    await pushManifest(store, store.repository("web"), list, "multi");
    const code = async (imageTag: string) =>
      (await errorOf(call("StartImageScan", { ...web, imageId: { imageTag } }))).code;
    expect(await code("multi")).toBe("UnsupportedImageTypeException");
    expect(await code("none")).toBe("ImageNotFoundException");
    const plant = (finding: ImageScanFinding) =>
      errorOf(Promise.resolve().then(() => store.scanner.plant({ ...web, findings: [finding] })));
    expect(await plant({ severity: "HIGH" })).toMatchObject({ code: "InvalidParameterException" });
    expect(await plant({ name: "CVE", severity: "BAD" as "HIGH" })).toMatchObject({
      code: "InvalidParameterException",
    });
  });

  it("is read in pages", async () => {
    const { call, clock, push, store } = await start(true);
    const findings = Array.from({ length: 12 }, (_, index) => ({ ...low, name: `CVE-${index}` }));
    store.scanner.plant({ ...web, findings: [...findings, critical] });
    await push("v1");
    await clock.advance(2000);
    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await call("DescribeImageScanFindings", { ...v1, maxResults: 5, ...(nextToken && { nextToken }) });
      names.push(...(answer.imageScanFindings?.findings ?? []).map(({ name }) => name));
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    expect(names).toEqual([critical.name, ...findings.map(({ name }) => name)]);
  });
});
