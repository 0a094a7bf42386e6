import type { ECR, ImageIdentifier, LifecyclePolicyPreviewResult } from "@aws-sdk/client-ecr";
import type { Clock } from "../../../clock.ts";
import type { Operations } from "../../../gateway/service.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import { invalidParameter, lifecyclePolicyPreviewNotFound } from "../errors.ts";
import { checkBatch } from "../image-identifier.ts";
import { page } from "../paging.ts";
import type { LifecyclePreview, Repository } from "../repository.ts";
import type { EcrStore } from "../store.ts";
import { type Expiration, expirations } from "./expirations.ts";
import { requiredPolicy } from "./operations.ts";
import { type LifecycleRule, parseLifecyclePolicy } from "./policy.ts";

/** Assumed: AWS takes longer, and does not say how long. */
const PREVIEW_MS = 1000;
const MAX_PAGE = 100;

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/lpp_creation.html */
export function lifecyclePreviewOperations(store: EcrStore, clock: Clock) {
  return {
    StartLifecyclePolicyPreview: ({ registryId, repositoryName = "", lifecyclePolicyText }) => {
      const repository = store.repository(repositoryName, registryId);
      const text = lifecyclePolicyText ?? requiredPolicy(repository).text;
      const rules = parseLifecyclePolicy(text);
      if (repository.lifecyclePreview !== undefined && repository.lifecyclePreview.results === undefined)
        throw new AwsError(
          "LifecyclePolicyPreviewInProgressException",
          "The previous lifecycle policy preview request has not completed. Wait and try again.",
        );
      const preview: LifecyclePreview = { text, results: undefined };
      repository.lifecyclePreview = preview;
      clock.after(PREVIEW_MS, () => {
        preview.results = resultsOf(repository, rules, clock.now());
      });
      return { ...repository.id, lifecyclePolicyText: text, status: "IN_PROGRESS" };
    },

    GetLifecyclePolicyPreview: ({ registryId, repositoryName = "", imageIds, filter, maxResults, nextToken }) => {
      const repository = store.repository(repositoryName, registryId);
      const preview = repository.lifecyclePreview;
      if (preview === undefined) throw lifecyclePolicyPreviewNotFound(repository.id);
      const answer = { ...repository.id, lifecyclePolicyText: preview.text };
      if (preview.results === undefined) return { ...answer, status: "IN_PROGRESS" };
      if (imageIds !== undefined && (maxResults !== undefined || nextToken !== undefined))
        throw invalidParameter("imageIds", "cannot be used together with maxResults or nextToken");
      if ((maxResults ?? 0) > MAX_PAGE)
        throw invalidParameter("maxResults", `Member must have value less than or equal to ${MAX_PAGE}`);
      const wanted = imageIds === undefined ? undefined : checkBatch("imageIds", imageIds);
      const results = preview.results.filter(
        (result) => isOneOf(result, wanted) && hasTagStatus(result, filter?.tagStatus ?? "ANY"),
      );
      const { items, ...more } = page(results, ({ imageDigest = "" }) => imageDigest, { maxResults, nextToken });
      return {
        ...answer,
        status: "COMPLETE",
        previewResults: items,
        summary: { expiringImageTotalCount: preview.results.length },
        ...more,
      };
    },
  } satisfies Operations<ECR>;
}

function resultsOf(repository: Repository, rules: readonly LifecycleRule[], now: number) {
  return expirations(repository, rules, now).map(({ image, rulePriority }: Expiration) => ({
    imageTags: repository.tagsOf(image.digest),
    imageDigest: image.digest,
    imagePushedAt: new Date(image.pushedAt),
    action: { type: "EXPIRE" as const },
    appliedRulePriority: rulePriority,
    storageClass: "STANDARD" as const,
  }));
}

function isOneOf(result: LifecyclePolicyPreviewResult, imageIds: readonly ImageIdentifier[] | undefined): boolean {
  return (
    imageIds?.some(
      ({ imageDigest, imageTag }) =>
        (imageDigest ?? result.imageDigest) === result.imageDigest &&
        (imageTag === undefined || result.imageTags?.includes(imageTag) === true),
    ) ?? true
  );
}

function hasTagStatus({ imageTags = [] }: LifecyclePolicyPreviewResult, tagStatus: string): boolean {
  return tagStatus === "ANY" || imageTags.length > 0 === (tagStatus === "TAGGED");
}
