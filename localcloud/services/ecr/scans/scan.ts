/** What a scan of an image says. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html */
import type { FindingSeverity, ImageDetail, ImageScanFinding, ImageScanStatus } from "@aws-sdk/client-ecr";

export interface Scan {
  /** Milliseconds since the epoch; so is `completedAt`. */
  readonly startedAt: number;
  readonly completedAt?: number;
  readonly status: ImageScanStatus;
  /** The most severe first; only of a scan that is complete. */
  readonly findings?: readonly ImageScanFinding[];
}

const SEVERITIES: readonly FindingSeverity[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"];

/** Its place among the severities, the most severe is 0. */
export function rank({ severity = "UNDEFINED" }: ImageScanFinding): number {
  return SEVERITIES.indexOf(severity);
}

export function isFinding(finding: ImageScanFinding): boolean {
  return finding.name !== undefined && finding.name !== "" && rank(finding) >= 0;
}

/** The members of an image's detail. */
export function scanSummary(scan: Scan | undefined): Pick<ImageDetail, "imageScanStatus" | "imageScanFindingsSummary"> {
  if (scan === undefined) return {};
  const times = scanTimes(scan);
  return {
    imageScanStatus: scan.status,
    ...(times === undefined ? {} : { imageScanFindingsSummary: { ...times, findingSeverityCounts: counts(scan) } }),
  };
}

/** @returns nothing for a scan that has no findings to show, not even none. */
export function scanTimes({ findings, completedAt }: Scan) {
  if (findings === undefined || completedAt === undefined) return undefined;
  const at = new Date(completedAt);
  return { imageScanCompletedAt: at, vulnerabilitySourceUpdatedAt: at };
}

export function counts({ findings = [] }: Scan): Partial<Record<FindingSeverity, number>> {
  const bySeverity: Partial<Record<FindingSeverity, number>> = {};
  for (const { severity = "UNDEFINED" } of findings) bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
  return bySeverity;
}
