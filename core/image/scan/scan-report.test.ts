import type { DescribeImageScanFindingsRequest, DescribeImageScanFindingsResponse } from "@aws-sdk/client-ecr";
import { beforeEach, describe, expect, it } from "vitest";
import { JumpingClock } from "../../platform/jumping-clock.fixture.ts";
import { scanReport } from "./scan-report.ts";

type Answer = DescribeImageScanFindingsResponse | Error;

let lines: string[];
let asked: { digest: string | undefined; nextToken: string | undefined }[];
let clock: JumpingClock;

beforeEach(() => {
  lines = [];
  asked = [];
  clock = new JumpingClock();
});

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const amd = { platform: "linux/amd64", digest: digest("a") };
const arm = { platform: "linux/arm64", digest: digest("b") };

function failure(name: string): Error {
  return Object.assign(new Error("no scan"), { name });
}

/** Each image's answers in turn; the last one stays. */
function scan(
  answers: Record<string, Answer[]>,
  {
    plan = {},
    platforms = [amd],
    scansOnPush = true,
  }: { plan?: object; platforms?: (typeof amd)[]; scansOnPush?: boolean } = {},
) {
  const left = new Map(Object.entries(answers).map(([key, list]) => [key, [...list]]));
  const ecr = {
    async describeImageScanFindings({ imageId, nextToken }: DescribeImageScanFindingsRequest) {
      asked.push({ digest: imageId?.imageDigest, nextToken });
      const list = left.get(imageId?.imageDigest ?? "") ?? [];
      const answer = list.length > 1 ? list.shift() : list[0];
      if (answer === undefined) throw new Error("nothing more to answer");
      if (answer instanceof Error) throw answer;
      return { $metadata: {}, ...answer };
    },
  };
  const repository = { name: "web", uri: "1.dkr.ecr/web", isImmutable: () => false, scansOnPush };
  const log = {
    step: (phase: string, line: string) => lines.push(`${phase}: ${line}`),
    warn: (line: string) => lines.push(`warn: ${line}`),
    progress: () => {},
  };
  const settings = { waitForScan: true, failOnSeverity: "none" as const, scanWaitMinutes: 10, ...plan };
  const run = { log, clock, signal: new AbortController().signal };
  return scanReport(ecr, { plan: settings, repository, platforms }, run);
}

const status = (name: string, description?: string): Answer => ({
  imageScanStatus: { status: name as "COMPLETE", ...(description === undefined ? {} : { description }) },
});

function found(counts: Record<string, number>, names: readonly string[] = []): DescribeImageScanFindingsResponse {
  const findings = names.map((name) => {
    const severity = (Object.keys(counts)[0] ?? "LOW") as "LOW";
    return {
      name,
      severity,
      uri: `https://example.com/${name}`,
      attributes: [{ key: "package_name", value: "openssl" }],
    };
  });
  return { imageScanStatus: { status: "COMPLETE" }, imageScanFindings: { findingSeverityCounts: counts, findings } };
}

describe("scanReport", () => {
  it("asks nothing where nobody wants to know", async () => {
    expect(await scan({}, { plan: { waitForScan: false } })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it("waits until the scan has begun and ended, and shows the worst first", async () => {
    const answers = [
      failure("ScanNotFoundException"),
      status("PENDING"),
      failure("ThrottlingException"),
      status("IN_PROGRESS"),
    ];
    const report = await scan({ [amd.digest]: [...answers, found({ HIGH: 1 }, ["CVE-1"])] });
    expect(report).toMatchObject({
      counts: { HIGH: 1 },
      worst: [{ name: "CVE-1", severity: "HIGH", package: "openssl", link: "https://example.com/CVE-1" }],
    });
    expect(report).not.toHaveProperty("failure");
    expect(lines).toEqual(["scan: waiting for Amazon ECR's scan of web", "scan: linux/amd64: 1 HIGH"]);
  });

  it("looks at each image of an index, and counts what they share once among the findings", async () => {
    const report = await scan(
      { [amd.digest]: [found({ CRITICAL: 1 }, ["CVE-1"])], [arm.digest]: [found({ CRITICAL: 2 }, ["CVE-1", "CVE-2"])] },
      { platforms: [amd, arm], plan: { failOnSeverity: "HIGH", waitForScan: false } },
    );
    expect(report?.counts).toEqual({ CRITICAL: 3 });
    expect(report?.worst.map(({ name }) => name)).toEqual(["CVE-1", "CVE-2"]);
    expect(report?.failure).toMatchObject({
      code: "IMAGE_VULNERABLE",
      message: expect.stringMatching(
        /^the scan found 3 CRITICAL in web@sha256:a+: CVE-1 in openssl, CVE-2 in openssl$/,
      ),
    });
  });

  it.each([
    ["CRITICAL", undefined],
    ["HIGH", "IMAGE_VULNERABLE"],
    ["LOW", "IMAGE_VULNERABLE"],
  ])("with fail-on-severity %s, one HIGH finding: %s", async (failOnSeverity, code) => {
    const report = await scan(
      { [amd.digest]: [found({ HIGH: 1, UNDEFINED: 3 }, ["CVE-1"])] },
      { plan: { failOnSeverity } },
    );
    expect(report?.failure?.code).toBe(code);
  });

  it("reads enhanced findings, which are ACTIVE, page by page", async () => {
    const finding = (vulnerabilityId: string, severity: string) => ({
      severity,
      packageVulnerabilityDetails: {
        vulnerabilityId,
        sourceUrl: "https://nvd.example",
        vulnerablePackages: [{ name: "zlib", version: "1.2" }],
      },
    });
    const page = (nextToken: string | undefined, ...enhancedFindings: ReturnType<typeof finding>[]): Answer => ({
      imageScanStatus: { status: "ACTIVE" },
      imageScanFindings: { findingSeverityCounts: { LOW: 1, HIGH: 1 }, enhancedFindings },
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const pages = [page("next", finding("CVE-low", "LOW")), page(undefined, finding("CVE-high", "HIGH"))];
    const report = await scan({ [amd.digest]: pages });
    expect(report?.worst.map(({ name, package: inPackage }) => [name, inPackage])).toEqual([
      ["CVE-high", "zlib 1.2"],
      ["CVE-low", "zlib 1.2"],
    ]);
    expect(asked.map(({ nextToken }) => nextToken)).toEqual([undefined, "next"]);
  });

  it.each([
    ["FAILED", "the scan is FAILED: no such distribution"],
    ["UNSUPPORTED_IMAGE", "the scan is UNSUPPORTED_IMAGE: no such distribution"],
    ["SCAN_ELIGIBILITY_EXPIRED", "the scan is SCAN_ELIGIBILITY_EXPIRED: no such distribution"],
    ["FINDINGS_UNAVAILABLE", "the scan is FINDINGS_UNAVAILABLE: no such distribution"],
    ["LIMIT_EXCEEDED", "the scan is LIMIT_EXCEEDED: no such distribution"],
  ])("says so where it is %s, and fails only where findings would", async (name, why) => {
    const answers = { [amd.digest]: [status(name, "no such distribution")] };
    expect(await scan(answers)).not.toHaveProperty("failure");
    expect(lines.at(-1)).toBe(`warn: scan of linux/amd64 (${amd.digest}): ${why}`);
    const gated = await scan(answers, { plan: { failOnSeverity: "LOW" } });
    expect(gated?.failure).toMatchObject({ code: "IMAGE_SCAN_UNAVAILABLE", message: expect.stringContaining(why) });
  });

  it.each([
    [true, /though the repository scans on push/],
    [false, /the repository's own setting does not scan on push/],
  ])("gives a scan that does not begin up; scan on push: %s", async (scansOnPush, why) => {
    const begunAt = clock.now();
    await scan({ [amd.digest]: [failure("ScanNotFoundException")] }, { scansOnPush });
    expect(lines.at(-1)).toMatch(why);
    expect(clock.now() - begunAt).toBeLessThan(60_000);
  });

  it("ends at its deadline, and says what it was waiting for", async () => {
    const begunAt = clock.now();
    await scan({ [amd.digest]: [status("IN_PROGRESS")] }, { plan: { scanWaitMinutes: 2 } });
    expect(lines.at(-1)).toContain("the scan has not ended in time: IN_PROGRESS");
    expect(clock.now() - begunAt).toBe(120_000);
  });

  it("names the action that is not allowed", async () => {
    await expect(scan({ [amd.digest]: [failure("AccessDeniedException")] })).rejects.toMatchObject({
      code: "AWS_ACCESS_DENIED",
      message: expect.stringContaining("ecr:DescribeImageScanFindings"),
    });
  });
});
