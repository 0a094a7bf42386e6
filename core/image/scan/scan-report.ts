import { required } from "../../platform/aws/failures.ts";
import type { ToolkitError } from "../../platform/errors.ts";
import type { Run } from "../../platform/run.ts";
import type { BuildPlan } from "../build-plan.ts";
import type { EcrRepository } from "../ecr-registry.ts";
import type { PlatformImage } from "../published-image.ts";
import { awaitScan, type ScanApi, type ScanEnd } from "./await-scan.ts";
import {
  addCounts,
  type Finding,
  findingsOn,
  formatCounts,
  rankOf,
  type SeverityCounts,
  worstFirst,
} from "./findings.ts";

/** What Amazon ECR's scan found. */
export interface ScanReport {
  /** Of all platforms together. */
  readonly counts: SeverityCounts;
  /** The worst few. */
  readonly worst: readonly Finding[];
  /** An index is not scanned, but each image that it lists. */
  readonly images: readonly ScannedImage[];
  /** Why the image must not be used; it is in the repository all the same. */
  readonly failure?: ScanFailure;
}

/** Told beside the result rather than thrown: the image is there, and its digest is worth knowing. */
type ScanFailure = Pick<ToolkitError, "code" | "message" | "remedy">;

interface ScannedImage extends PlatformImage {
  readonly counts: SeverityCounts;
  readonly findings: readonly Finding[];
  /** Why it is not known what is in it. */
  readonly unavailable?: string;
}

interface Scanned {
  readonly plan: Pick<BuildPlan, "waitForScan" | "failOnSeverity" | "scanWaitMinutes">;
  readonly repository: EcrRepository;
  readonly platforms: readonly PlatformImage[];
}

const shownFindings = 10;

/** As many pages of a scan are read; what is shown are a few of the worst, and the counts come with the first page. */
const pages = 5;

/**
 * Waits for the scans of an image, where that is asked for, and says what they found. A scan that is off or fails is a
 * note, and a failure where findings are to fail: not knowing is not passing.
 *
 * @returns `undefined` where nobody asked
 * @throws {ToolkitError} AWS_* where DescribeImageScanFindings is refused; the signal's reason
 */
export async function scanReport(ecr: ScanApi, scanned: Scanned, run: Run): Promise<ScanReport | undefined> {
  const { waitForScan, failOnSeverity, scanWaitMinutes } = scanned.plan;
  if (!waitForScan && failOnSeverity === "none") return undefined;
  run.log.step("scan", `waiting for Amazon ECR's scan of ${scanned.repository.name}`);
  const deadline = run.clock.now() + scanWaitMinutes * 60_000;
  const images: ScannedImage[] = [];
  for (const image of scanned.platforms) images.push(await scanOf(ecr, scanned, image, deadline, run));
  const counts = addCounts(images.map((image) => image.counts));
  const worst = worstFirst(distinct(images.flatMap(({ findings }) => findings))).slice(0, shownFindings);
  const failure = failureOf(scanned, images, counts, worst);
  return { counts, worst, images, ...(failure === undefined ? {} : { failure }) };
}

async function scanOf(
  ecr: ScanApi,
  { repository }: Scanned,
  image: PlatformImage,
  deadline: number,
  run: Run,
): Promise<ScannedImage> {
  const end = await awaitScan(ecr, repository, image.digest, deadline, run);
  if (end.kind === "unavailable") {
    run.log.warn(`scan of ${image.platform} (${image.digest}): ${end.why}`);
    return { ...image, counts: {}, findings: [], unavailable: end.why };
  }
  const counts = { ...end.answer.imageScanFindings?.findingSeverityCounts };
  run.log.step("scan", `${image.platform}: ${formatCounts(counts)}`);
  return { ...image, counts, findings: await readFindings(ecr, repository.name, image.digest, end, run.signal) };
}

async function readFindings(
  ecr: ScanApi,
  repositoryName: string,
  imageDigest: string,
  { answer }: ScanEnd & { kind: "found" },
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings = findingsOn(answer);
  let { nextToken } = answer;
  for (let page = 1; page < pages && nextToken !== undefined; page++) {
    const more = await required(
      "ecr:DescribeImageScanFindings",
      ecr.describeImageScanFindings({ repositoryName, imageId: { imageDigest }, nextToken }, { signal }),
    );
    findings.push(...findingsOn(more));
    nextToken = more.nextToken;
  }
  return findings;
}

/** The same vulnerability in the images of several platforms is one. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.name} ${finding.package}`, finding])).values()];
}

function failureOf(
  { plan: { failOnSeverity }, repository, platforms }: Scanned,
  images: readonly ScannedImage[],
  counts: SeverityCounts,
  worst: readonly Finding[],
): ScanFailure | undefined {
  if (failOnSeverity === "none") return undefined;
  const failing = Object.entries(counts).filter(
    ([severity, count]) => count > 0 && rankOf(severity) <= rankOf(failOnSeverity),
  );
  const where = `${repository.name}@${platforms[0]?.digest ?? ""}`;
  if (failing.length > 0) {
    const named = worst
      .slice(0, 3)
      .map(({ name, package: inPackage }) => (inPackage === undefined ? name : `${name} in ${inPackage}`));
    return {
      code: "IMAGE_VULNERABLE",
      message: `the scan found ${formatCounts(Object.fromEntries(failing))} in ${where}: ${named.join(", ")}`,
      remedy: `Update what has the vulnerabilities and build again; ${where} is in the repository, and nothing is deployed.`,
    };
  }
  const unknown = images.find(({ unavailable }) => unavailable !== undefined);
  if (unknown === undefined) return undefined;
  return {
    code: "IMAGE_SCAN_UNAVAILABLE",
    message: `it is not known whether ${repository.name}@${unknown.digest} passes: ${unknown.unavailable}`,
    remedy: `Turn scanning on (aws ecr put-image-scanning-configuration --repository-name ${repository.name} --image-scanning-configuration scanOnPush=true), wait longer (scan-wait-minutes), or set fail-on-severity to none.`,
  };
}
