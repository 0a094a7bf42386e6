/** Images that are not there, or not for these tasks. */
import type { Failure } from "./failure.ts";
import { armProgram, indexForArm } from "./foreign-images.ts";
import { given, rolledBack } from "./start-seen.ts";

export const imageFailures: readonly Failure[] = [
  {
    name: "image missing",
    runtimes: ["process", "docker", "simulated"],
    release: async (stage) => given({ image: `${new URL(stage.endpoint).host}/ecs-demo:never-pushed` }),
    seen: rolledBack({
      cause: "image-unavailable",
      why: /^image \S+\/ecs-demo:never-pushed of container web cannot be pulled: not found, \d tasks? of \d$/,
      fix: /^push \S+\/ecs-demo:never-pushed, or correct the image of container web/,
      evidence: {
        tasks:
          /^TaskFailedToStart CannotPullContainerError: .*never-pushed: not found\n web {2}CannotPullContainerError/m,
        events: /has started 1 tasks: \(task [0-9a-f]+\)\.$/m,
      },
      stops: true,
    }),
  },
  {
    name: "wrong architecture",
    runtimes: ["process", "docker", "simulated"],
    release: async (stage) => given({ image: await indexForArm(stage) }),
    seen: rolledBack({
      cause: "image-unavailable",
      why: /^image \S+ of container web cannot be pulled: image Manifest does not contain descriptor matching platform 'linux\/amd64', \d tasks? of \d$/,
      fix: /^build \S+arm64\S* for linux\/amd64, or set runtimePlatform to what it is built for$/,
      evidence: { tasks: /^TaskFailedToStart CannotPullContainerError: image Manifest does not contain/m },
      stops: true,
    }),
  },
  {
    name: "wrong architecture: its program",
    runtimes: ["process", "docker", "simulated"],
    release: async (stage) => {
      const files = { Dockerfile: 'FROM scratch\nCOPY server /server\nCMD ["/server"]\n', server: armProgram() };
      const script = { exitsAfterSeconds: 0, exitCode: 1, output: ["exec /server: exec format error"] };
      return given({ image: await stage.imageOf("2.0.0-program", { files, platform: "linux/arm64", script }) });
    },
    seen: rolledBack({
      cause: "container-cannot-start",
      why: /^container web cannot start, its image is not built for linux\/amd64: .*exec format error, \d tasks? of \d$/,
      fix: /^build \S+\/ecs-demo\S+ for linux\/amd64, or set runtimePlatform to what it is built for$/,
      evidence: {
        tasks: /^EssentialContainerExited Essential container in task exited\n web 1 $/m,
        logs: /exec \/server: exec format error/,
      },
      stops: false,
    }),
  },
];
