import { ToolkitError } from "../../platform/errors.ts";

/** What is known where Docker failed. */
export interface FailedBuild {
  readonly lines: readonly string[];
  readonly exitCode: number | null;
  /** As the user named it. */
  readonly dockerfile: string;
  readonly builder: string;
  readonly repository: string;
}

const shownLines = 10;

/**
 * Says why a build or a push failed, in the words of the step that did.
 *
 * @returns IMAGE_BUILD_FAILED, IMAGE_BASE_UNUSABLE, IMAGE_DOCKERFILE_INVALID, IMAGE_REGISTRY_DENIED,
 *   IMAGE_REGISTRY_FAILED or DOCKER_UNAVAILABLE
 */
export function buildFailure(failed: FailedBuild): ToolkitError {
  const why = lastError(failed);
  for (const explain of [engineGone, stepFailed, baseUnusable, pushRefused, dockerfileInvalid]) {
    const error = explain(why, failed);
    if (error !== undefined) return error;
  }
  return new ToolkitError(
    "IMAGE_BUILD_FAILED",
    `${failed.builder} failed: ${why}`,
    `Read the lines before it in the log and correct ${failed.dockerfile} or the inputs.`,
  );
}

type Explain = (why: string, failed: FailedBuild) => ToolkitError | undefined;

/** Docker's last word, without what it says before every failure. */
function lastError({ lines, exitCode }: FailedBuild): string {
  const last = lines.findLast((line) => /^(?:ERROR: |Error |error: |failed to |The command )/i.test(line));
  const said = last ?? lines.findLast((line) => line.trim() !== "") ?? `exit code ${exitCode}`;
  return said.replace(/^(?:ERROR: |failed to solve: |failed to compute cache key: )+/i, "");
}

const engineGone: Explain = (why) => {
  if (!/Cannot connect to the Docker daemon|error during connect|docker daemon is not running/i.test(why)) return;
  return new ToolkitError("DOCKER_UNAVAILABLE", why, "Start Docker or correct DOCKER_HOST, then build again.");
};

const stepFailed: Explain = (why, { lines, dockerfile }) => {
  const step =
    /process "(?:\/bin\/sh -c )?([\s\S]*)" did not complete successfully: exit code: (\d+)/.exec(why) ??
    /The command '(?:\/bin\/sh -c )?([\s\S]*)' returned a non-zero code: (\d+)/.exec(why);
  if (step === null) return undefined;
  const [, command = "", exitCode = ""] = step;
  const said = stepOutput(lines);
  const foreign = said.concat(why).some((line) => /exec format error/i.test(line));
  return new ToolkitError(
    "IMAGE_BUILD_FAILED",
    [`${placeOf(lines, dockerfile)}: RUN ${command}: exit code ${exitCode}`, ...said].join("\n"),
    foreign
      ? "Build on a machine of that platform, or install its emulation (docker run --privileged tonistiigi/binfmt --install all)."
      : `Correct the step of ${dockerfile}, or what it needs.`,
  );
};

/** What the step that failed said: the classic builder shows it as it comes, BuildKit repeats it between two rules. */
function stepOutput(lines: readonly string[]): string[] {
  // The classic builder is asked first: in its log, a rule is the step's own.
  const block = classicOutput(lines) ?? reported(lines);
  return block.slice(-shownLines).map((line) => line.replace(/^\d+\.\d+ /, ""));
}

function classicOutput(lines: readonly string[]): readonly string[] | undefined {
  const running = lines.findLastIndex((line) => line.startsWith(" ---> Running in "));
  if (running < 0) return undefined;
  const end = lines.findLastIndex((line) => line.startsWith("The command "));
  return lines.slice(running + 1, end);
}

function reported(lines: readonly string[]): readonly string[] {
  const rule = lines.lastIndexOf("------");
  const start = lines.lastIndexOf("------", rule - 1);
  return rule > start && start >= 0 ? lines.slice(start + 2, rule) : [];
}

/** `Dockerfile:3`, where BuildKit says it. */
function placeOf(lines: readonly string[], dockerfile: string): string {
  const line = lines.flatMap((text) => /^[^\s:]+:(\d+)$/.exec(text)?.[1] ?? []).at(-1);
  return line === undefined ? dockerfile : `${dockerfile}:${line}`;
}

const baseUnusable: Explain = (why, { lines, dockerfile }) => {
  const [, reference] =
    /failed to resolve source metadata for (\S+?): /.exec(why) ??
    /(?:manifest for|access denied for) ([^\s,]+)/.exec(why) ??
    [];
  if (reference === undefined && !/no match for platform|pull access denied/.test(why)) return undefined;
  return new ToolkitError(
    "IMAGE_BASE_UNUSABLE",
    `${placeOf(lines, dockerfile)}: the base image ${reference ?? ""} cannot be used: ${why}`,
    `Correct FROM or the build argument, or push ${reference ?? "the base"} where Docker can pull it.`,
  );
};

const pushRefused: Explain = (why, { repository }) => {
  if (/error writing manifest blob/.test(why)) {
    const remedy = "Give cache-to as type=registry,ref=…,mode=max,image-manifest=true,oci-mediatypes=true.";
    return new ToolkitError("IMAGE_REGISTRY_FAILED", `the registry did not take the cache as an index: ${why}`, remedy);
  }
  if (/405 Method Not Allowed/.test(why)) {
    const remedy = `Give the image a layer, by COPY or RUN, or see what kind of manifest ${repository} was sent.`;
    const reason = "Amazon ECR takes no image without a layer, nor every kind of manifest";
    return new ToolkitError("IMAGE_REGISTRY_FAILED", `${reason}: the push to ${repository} failed: ${why}`, remedy);
  }
  if (!/push|unexpected status from PUT|http: server gave HTTP response/i.test(why)) return undefined;
  if (/denied|unauthorized|401|403|no basic auth/i.test(why)) {
    const remedy = `Allow this identity to push to ${repository} (ecr:PutImage and the actions of a layer's upload).`;
    return new ToolkitError("IMAGE_REGISTRY_DENIED", `the registry refused the push to ${repository}: ${why}`, remedy);
  }
  return new ToolkitError(
    "IMAGE_REGISTRY_FAILED",
    `the push to ${repository} failed: ${why}`,
    `Check that the builder reaches the registry of ${repository}; one that runs in a container does not see this machine's 127.0.0.1.`,
  );
};

const dockerfileInvalid: Explain = (why, { lines, dockerfile }) => {
  if (
    !/dockerfile parse error|unknown instruction|target stage .* could not be found|failed to reach build target/i.test(
      why,
    )
  )
    return;
  return new ToolkitError(
    "IMAGE_DOCKERFILE_INVALID",
    `${placeOf(lines, dockerfile)}: ${why}`,
    `Correct ${dockerfile} or the input target.`,
  );
};
