import type { ECR, ImageIdentifier } from "@aws-sdk/client-ecr";
import type { Operations } from "../../../gateway/service.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import { scanNotFound } from "../errors.ts";
import { existingImage } from "../image-identifier.ts";
import { page } from "../paging.ts";
import type { StoredImage } from "../repository.ts";
import type { EcrStore } from "../store.ts";
import { counts, rank, scanTimes } from "./scan.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html */
export function scanOperations(store: EcrStore) {
  return {
    PutImageScanningConfiguration: ({ registryId, repositoryName = "", imageScanningConfiguration }) => {
      const repository = store.repository(repositoryName, registryId);
      repository.scanOnPush = imageScanningConfiguration?.scanOnPush ?? false;
      return { ...repository.id, imageScanningConfiguration: { scanOnPush: repository.scanOnPush } };
    },

    StartImageScan: ({ registryId, repositoryName = "", imageId = {} }) => {
      const repository = store.repository(repositoryName, registryId);
      const image = existingImage(repository, imageId);
      if (image.manifest.kind === "index")
        throw new AwsError(
          "UnsupportedImageTypeException",
          `The image with digest '${image.digest}' is a manifest list, which cannot be scanned; scan the images that it lists`,
        );
      const { status } = store.scanner.rescan(repository, image);
      return { ...repository.id, imageId: identifier(image, imageId), imageScanStatus: status };
    },

    DescribeImageScanFindings: ({ registryId, repositoryName = "", imageId = {}, maxResults, nextToken }) => {
      const repository = store.repository(repositoryName, registryId);
      const image = existingImage(repository, imageId);
      const scan = repository.scans.get(image.digest);
      if (scan === undefined) throw scanNotFound(repository.id, imageId);
      const answer = { ...repository.id, imageId: identifier(image, imageId), imageScanStatus: scan.status };
      const times = scanTimes(scan);
      if (times === undefined) return answer;
      const indexed = (scan.findings ?? []).map((finding, index) => ({ finding, index }));
      const key = ({ finding, index }: (typeof indexed)[number]) =>
        `${rank(finding)} ${String(index).padStart(6, "0")}`;
      const { items, ...more } = page(indexed, key, { maxResults, nextToken });
      const findings = items.map(({ finding }) => finding);
      return { ...answer, imageScanFindings: { ...times, findingSeverityCounts: counts(scan), findings }, ...more };
    },
  } satisfies Operations<ECR>;
}

function identifier({ digest }: StoredImage, { imageTag }: ImageIdentifier): ImageIdentifier {
  return { imageDigest: digest, ...(imageTag === undefined ? {} : { imageTag }) };
}
