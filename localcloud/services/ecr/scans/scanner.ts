import type { ImageIdentifier, ImageScanFinding } from "@aws-sdk/client-ecr";
import type { Clock } from "../../../clock.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import { invalidParameter } from "../errors.ts";
import type { Repository, StoredImage } from "../repository.ts";
import { isFinding, rank, type Scan } from "./scan.ts";

/** Assumed: AWS takes longer, and does not say how long. */
const SCAN_MS = 2000;
/** "An image can be manually scanned once every 24 hours", the scan on push included. */
const QUOTA_MS = 24 * 60 * 60 * 1000;

/** Findings for the images that are not there yet as for those that are. */
export interface PlantedFindings {
  readonly repositoryName: string;
  /** One image, by its digest or by a tag that it has when it is scanned; all of the repository's where left out. */
  readonly image?: ImageIdentifier;
  readonly findings: readonly ImageScanFinding[];
}

/**
 * Scans that find what was planted. The local cloud knows no vulnerabilities: a scan for which nothing was planted
 * fails and says so, because it must not look like a clean one.
 */
export class Scanner {
  readonly #clock: Clock;
  #planted: readonly PlantedFindings[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * What scans that end from now on find, in place of what was planted for the same image or repository before. An
   * empty list makes a scan that finds nothing.
   * @throws {AwsError} `InvalidParameterException` for a finding without a name or with an unknown severity.
   */
  plant(planted: PlantedFindings): void {
    if (!planted.findings.every(isFinding))
      throw invalidParameter("findings", "Every finding must have a name and a severity that Amazon ECR has");
    this.#planted = [...this.#planted.filter((other) => keyOf(other) !== keyOf(planted)), planted];
  }

  /** @throws {AwsError} `LimitExceededException` within a day of a scan that did not fail. */
  rescan(repository: Repository, image: StoredImage): Scan {
    const last = repository.scans.get(image.digest);
    const recent = last !== undefined && this.#clock.now() - last.startedAt < QUOTA_MS;
    if (recent && last.status.status !== "FAILED")
      throw new AwsError("LimitExceededException", "The scan quota per image has been exceeded. Wait and try again.");
    return this.scan(repository, image);
  }

  scan(repository: Repository, { digest }: StoredImage): Scan {
    const begun: Scan = { startedAt: this.#clock.now(), status: { status: "IN_PROGRESS" } };
    repository.scans.set(digest, begun);
    this.#clock.after(SCAN_MS, () => {
      // The image may be gone, and another of the same content may be here and be scanned.
      if (repository.scans.get(digest) === begun) repository.scans.set(digest, this.#ended(repository, digest, begun));
    });
    return begun;
  }

  #ended(repository: Repository, digest: string, { startedAt }: Scan): Scan {
    const findings = this.#findingsFor(repository, digest);
    if (findings === undefined) {
      const description = "The local cloud does not scan images; no findings were planted for this one.";
      return { startedAt, status: { status: "FAILED", description } };
    }
    return {
      startedAt,
      completedAt: this.#clock.now(),
      status: { status: "COMPLETE", description: "The scan was completed successfully." },
      findings: findings.toSorted((a, b) => rank(a) - rank(b)),
    };
  }

  /** Of the image itself before those of all of the repository; the last planted of several that fit. */
  #findingsFor({ settings, tags }: Repository, digest: string): readonly ImageScanFinding[] | undefined {
    const own = this.#planted.filter(({ repositoryName }) => repositoryName === settings.name);
    const ofImage = own.findLast(({ image }) => {
      if (image === undefined) return false;
      const { imageDigest = digest, imageTag } = image;
      return imageDigest === digest && (imageTag === undefined || tags.get(imageTag) === digest);
    });
    return (ofImage ?? own.findLast(({ image }) => image === undefined))?.findings;
  }
}

function keyOf({ repositoryName, image }: PlantedFindings): string {
  return JSON.stringify([repositoryName, image?.imageDigest, image?.imageTag]);
}
