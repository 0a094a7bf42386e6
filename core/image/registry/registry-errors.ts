import { ToolkitError } from "../../platform/errors.ts";

type Host = { readonly origin: string };

export function registryFailed({ origin }: Host, why: string, cause?: unknown): ToolkitError {
  return new ToolkitError(
    "IMAGE_REGISTRY_FAILED",
    `the registry ${origin} failed: ${why}`,
    `Check that ${origin} can be reached from here, then run the build again: what was pushed is not pushed twice.`,
    { cause },
  );
}

export function registryDenied({ origin }: Host, why: string): ToolkitError {
  return new ToolkitError(
    "IMAGE_REGISTRY_DENIED",
    `the registry ${origin} refused access: ${why}`,
    `Check that the repository exists at ${origin} and that the caller may use it (for Amazon ECR, the managed policy AmazonEC2ContainerRegistryPowerUser allows what is needed).`,
  );
}
