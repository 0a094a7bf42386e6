import type { DescribeImageScanFindingsResponse } from "@aws-sdk/client-ecr";
import type { EcrApi } from "../../platform/aws/ecr.ts";
import { awsFailure, failureKind, isAwsCode } from "../../platform/aws/failures.ts";
import type { Run } from "../../platform/run.ts";
import type { EcrRepository } from "../ecr-registry.ts";

/** How a scan ended: with its first page of findings, or with the reason why there are none. */
export type ScanEnd =
  | { readonly kind: "found"; readonly answer: DescribeImageScanFindingsResponse }
  | { readonly kind: "unavailable"; readonly why: string };

export type ScanApi = Pick<EcrApi, "describeImageScanFindings">;

/** Of basic scanning and of enhanced (Amazon Inspector), where ACTIVE says that findings are kept up to date. */
const ended = new Set(["COMPLETE", "ACTIVE"]);
const underWay = new Set(["IN_PROGRESS", "PENDING"]);

/** A scan on push begins a moment after the push; later there is none. */
const appearsWithinMs = 45_000;

const firstPauseMs = 1_000;
const longestPauseMs = 5_000;

/**
 * Polls until a scan of an image has ended, is known not to end, or the deadline has passed.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
 *
 * @param deadline milliseconds since the epoch
 * @throws {ToolkitError} AWS_* where the call is refused; the signal's reason
 */
export async function awaitScan(
  ecr: ScanApi,
  repository: EcrRepository,
  digest: string,
  deadline: number,
  { clock, signal }: Run,
): Promise<ScanEnd> {
  const begunAt = clock.now();
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    const seen = await look(ecr, repository.name, digest, signal);
    if (seen.kind === "end") return seen.end;
    const now = clock.now();
    if (seen.kind === "none" && now - begunAt >= appearsWithinMs)
      return { kind: "unavailable", why: notScanned(repository) };
    if (now >= deadline) return { kind: "unavailable", why: `the scan has not ended in time: ${seen.status}` };
    await clock.sleep(Math.min(pause, deadline - now), signal);
  }
}

type Seen =
  | { readonly kind: "end"; readonly end: ScanEnd }
  | { readonly kind: "waiting" | "none"; readonly status: string };

async function look(ecr: ScanApi, repositoryName: string, imageDigest: string, signal: AbortSignal): Promise<Seen> {
  try {
    return sort(await ecr.describeImageScanFindings({ repositoryName, imageId: { imageDigest } }, { signal }));
  } catch (error) {
    signal.throwIfAborted();
    if (isAwsCode(error, "ScanNotFoundException")) return { kind: "none", status: "there is no scan" };
    if (["throttled", "transient"].includes(failureKind(error))) return { kind: "waiting", status: "AWS is busy" };
    throw awsFailure("ecr:DescribeImageScanFindings", error);
  }
}

function sort(answer: DescribeImageScanFindingsResponse): Seen {
  const { status = "UNKNOWN", description } = answer.imageScanStatus ?? {};
  if (ended.has(status)) return { kind: "end", end: { kind: "found", answer } };
  if (underWay.has(status)) return { kind: "waiting", status };
  const why = description === undefined ? `the scan is ${status}` : `the scan is ${status}: ${description}`;
  return { kind: "end", end: { kind: "unavailable", why } };
}

function notScanned({ scansOnPush }: EcrRepository): string {
  return scansOnPush
    ? "there is no scan of the image, though the repository scans on push"
    : "there is no scan of the image, and the repository's own setting does not scan on push";
}
