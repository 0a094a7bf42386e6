import type { EcrApi } from "../platform/aws/ecr.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { BuildAndPushInput } from "./build-input.ts";
import { type BuildPlan, checkNative, dockerOnlyInputs, planBuild } from "./build-plan.ts";
import type { BuildRun, PushedImage } from "./build-run.ts";
import { checkHosts } from "./destination.ts";
import { buildWithDocker } from "./docker/build-with-docker.ts";
import { findRepository, openRegistries, type Registries } from "./ecr-registry.ts";
import { buildNatively } from "./native-build.ts";
import type { PushTarget } from "./push-target.ts";
import { type ScanReport, scanReport } from "./scan/scan-report.ts";

export interface BuildResult extends PushedImage {
  /** What to deploy: `repositoryUri@sha256:…`, which no later push can change. */
  readonly image: string;
  /** The first of the tags. */
  readonly tag: string;
  readonly tags: readonly string[];
  /** What Amazon ECR's scan found, where it was waited for. */
  readonly scan?: ScanReport;
}

type Ecr = Pick<EcrApi, "describeRepositories" | "getAuthorizationToken" | "describeImageScanFindings">;

/**
 * Builds an image, with a Docker engine or without one, and pushes it to Amazon ECR under its tags; waits for the scan
 * where that is asked for.
 *
 * @throws {ToolkitError} ECR_REPOSITORY_NOT_FOUND, IMAGE_TAG_IMMUTABLE where a tag stands for other content and may not
 *   move, other IMAGE_* codes, DOCKER_UNAVAILABLE, AWS_*; the signal's reason
 */
export async function buildAndPush(
  clients: { readonly ecr: Ecr },
  input: BuildAndPushInput,
  run: BuildRun,
): Promise<BuildResult> {
  const plan = planBuild(input);
  if (plan.builder === "native") checkNative(plan);
  const { tags, repository: name } = plan.destination;
  const repository = await findRepository(clients.ecr, name, run.signal);
  checkHosts(plan.destination, repository.uri);
  const [host = ""] = repository.uri.split("/", 1);
  const registries = await openRegistries(clients.ecr, host, run);
  const client = registries.clientOf({ host, repository: repository.uri.slice(host.length + 1) });
  const pushed = await build(plan, { repository, client, tags }, registries, run);
  const result = { ...pushed, image: `${repository.uri}@${pushed.digest}`, tag: tags[0], tags };
  const scan = await scanReport(clients.ecr, { plan, repository, platforms: pushed.platforms }, run);
  return { ...result, ...(scan === undefined ? {} : { scan }) };
}

async function build(plan: BuildPlan, target: PushTarget, registries: Registries, run: BuildRun): Promise<PushedImage> {
  const docker = (why: string) => {
    if (why !== "") run.log.step("build", `${why}: building with Docker`);
    return buildWithDocker(plan, target, registries, run);
  };
  if (plan.builder === "docker") return docker("");
  const [dockerOnly] = plan.builder === "auto" ? dockerOnlyInputs(plan) : [];
  if (dockerOnly !== undefined) return docker(`${dockerOnly} needs an engine`);
  try {
    return await buildNatively(plan, target, registries, run);
  } catch (error) {
    const unsupported = error instanceof ToolkitError && error.code === "IMAGE_INSTRUCTION_UNSUPPORTED";
    if (!unsupported || plan.builder === "native") throw error;
    return docker(error.message).catch((failure: unknown) => {
      throw isUnavailable(failure) ? needsEngine(error, failure) : failure;
    });
  }
}

function isUnavailable(error: unknown): error is ToolkitError {
  return error instanceof ToolkitError && error.code === "DOCKER_UNAVAILABLE";
}

/** Both halves: what cannot be built without Docker, and why there is none. */
function needsEngine(unsupported: ToolkitError, unavailable: ToolkitError): ToolkitError {
  return new ToolkitError(unsupported.code, `${unsupported.message}; ${unavailable.message}`, unsupported.remedy, {
    cause: unavailable,
  });
}
