import { describe, expect, it } from "vitest";
import { buildFailure } from "./build-failure.ts";
import { progressFilter } from "./build-progress.ts";

function failure(...lines: string[]) {
  const { code, message, remedy } = buildFailure({
    lines,
    exitCode: 1,
    dockerfile: "web/Dockerfile",
    builder: "docker buildx 0.13",
    repository: "web",
  });
  return { code, message, remedy };
}

const stepOutput = ["------", " > [2/2] RUN npm ci:", "0.151 npm error code E404", "0.2 npm error 404", "------"];

// In the words of BuildKit, the classic builder and docker push.
describe("buildFailure", () => {
  it.each<[why: string, lines: string[], code: string, message: string | RegExp]>([
    [
      "a step that exits",
      [
        ...stepOutput,
        "Dockerfile:3",
        'ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
      ],
      "IMAGE_BUILD_FAILED",
      "web/Dockerfile:3: RUN npm ci: exit code 1\nnpm error code E404\nnpm error 404",
    ],
    [
      "a step that exits, in the classic builder",
      [
        "Step 2/2 : RUN npm ci",
        " ---> Running in 0123456789ab",
        "npm error code E404",
        "The command '/bin/sh -c npm ci' returned a non-zero code: 1",
      ],
      "IMAGE_BUILD_FAILED",
      "web/Dockerfile: RUN npm ci: exit code 1\nnpm error code E404",
    ],
    [
      "a step that draws rules of its own, in the classic builder",
      [
        "Step 2/2 : RUN report",
        " ---> Running in 0123456789ab",
        "------",
        "1 of 9 failed",
        "------",
        "see report.txt",
        "The command '/bin/sh -c report' returned a non-zero code: 2",
      ],
      "IMAGE_BUILD_FAILED",
      "web/Dockerfile: RUN report: exit code 2\n------\n1 of 9 failed\n------\nsee report.txt",
    ],
    [
      "a base that is not there",
      [
        "Dockerfile2:1",
        "ERROR: failed to solve: host/nope:1: failed to resolve source metadata for host/nope:1: host/nope:1: not found",
      ],
      "IMAGE_BASE_UNUSABLE",
      /^web\/Dockerfile:1: the base image host\/nope:1 cannot be used: .*not found$/,
    ],
    [
      "a base that is not there, in the classic builder",
      ["manifest for host/nope:1 not found: manifest unknown: manifest unknown"],
      "IMAGE_BASE_UNUSABLE",
      /the base image host\/nope:1 cannot be used/,
    ],
    [
      "an engine that goes away",
      ["ERROR: Cannot connect to the Docker daemon at unix:///nowhere. Is the docker daemon running?"],
      "DOCKER_UNAVAILABLE",
      /^Cannot connect/,
    ],
    [
      "a push that is denied",
      ["denied: User is not authorized", "ERROR: failed to push host/web:v1: 403 Forbidden"],
      "IMAGE_REGISTRY_DENIED",
      /the registry refused the push to web: failed to push/,
    ],
    [
      "a registry that a builder in a container does not see",
      ["ERROR: failed to solve: failed to push 127.0.0.1:1/web:v1: dial tcp 127.0.0.1:1: connect: connection refused"],
      "IMAGE_REGISTRY_FAILED",
      /the push to web failed: .*connection refused/,
    ],
    [
      "an image that Amazon ECR does not take",
      [
        "ERROR: failed to push host/web:v1: unexpected status from PUT request to https://host/: 405 Method Not Allowed",
      ],
      "IMAGE_REGISTRY_FAILED",
      /^Amazon ECR takes no image without a layer/,
    ],
    [
      "a target that there is not",
      ['ERROR: failed to solve: target stage "x" could not be found'],
      "IMAGE_DOCKERFILE_INVALID",
      /target stage "x"/,
    ],
    ["anything else", ["something", "ERROR: no space left on device"], "IMAGE_BUILD_FAILED", /failed: no space left/],
    ["silence", [], "IMAGE_BUILD_FAILED", /failed: exit code 1$/],
  ])("explains %s", (_, lines, code, message) => {
    expect(failure(...lines)).toEqual({
      code,
      message: typeof message === "string" ? message : expect.stringMatching(message),
      remedy: expect.stringMatching(/^[A-Z].*\.$/s),
    });
  });

  it("knows a program of another platform", () => {
    const { remedy } = failure(
      "------",
      " > [2/2] RUN x:",
      "0.1 exec /bin/sh: exec format error",
      "------",
      'ERROR: failed to solve: process "/bin/sh -c x" did not complete successfully: exit code: 255',
    );
    expect(remedy).toContain("emulation");
  });
});

it("shows steps, what they say and how they fail; not Docker's own steps, nor figures", () => {
  const show = progressFilter();
  const lines = [
    '#0 building with "default" instance using docker driver',
    "",
    "#1 [internal] load build definition from Dockerfile",
    "#1 transferring dockerfile: 112B done",
    "#1 DONE 0.0s",
    "#4 [1/2] COPY a /a",
    "#4 CACHED",
    "#5 [2/2] RUN npm ci",
    "#5 sha256:00 1MB / 2MB",
    "#5 0.151 npm error",
    "#5 ...",
    "#5 ERROR: exit code: 1",
    "------",
    " > [2/2] RUN npm ci:",
    "ERROR: failed to solve",
  ];
  expect(lines.flatMap((line) => show(line) ?? [])).toEqual([
    "[1/2] COPY a /a",
    "CACHED",
    "[2/2] RUN npm ci",
    "npm error",
    "ERROR: exit code: 1",
  ]);
  expect(
    ["Step 1/2 : FROM scratch", " ---> ", " ---> 0123456789ab", "hello"].flatMap((line) => show(line) ?? []),
  ).toEqual([]);
  expect(["Step 1/2 : FROM scratch", " ---> 0123456789ab"].flatMap((line) => progressFilter()(line) ?? [])).toEqual([
    "Step 1/2 : FROM scratch",
  ]);
});

it("goes on after a rule that a step printed", () => {
  const show = progressFilter();
  const lines = ["Step 2/2 : RUN report", " ---> Running in 0123456789ab", "------", "said behind it"];
  expect(lines.flatMap((line) => show(line) ?? [])).toEqual(lines);
});
