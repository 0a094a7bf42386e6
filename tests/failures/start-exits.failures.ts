/** Containers that end by themselves, or are ended. */
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import { given, rolledBack } from "./start-seen.ts";

/** Really a minute takes four; nightly. */
const minuteMs = process.env.REAL_WAITS === undefined ? 2_000 : 60_000;
const minute = minuteMs / 1000;

/** So long ECS heeds no health check: a task that is never ready does not fail before it exits. */
async function graceOf(stage: FailureStage, healthCheckGracePeriodSeconds: number): Promise<void> {
  const service = { cluster: CLUSTER, service: SERVICE, healthCheckGracePeriodSeconds };
  await stage.others.ecs.send(new UpdateServiceCommand(service));
}

export const exitFailures: readonly Failure[] = [
  {
    name: "exits at start",
    runtimes: ["process", "docker", "simulated"],
    release: async (stage) => {
      const output = ["Error: cannot start: REHEARSE_EXIT_AT_START is set, exiting with 3"];
      return given({
        image: await stage.image("2.0.0", { exitsAfterSeconds: 0, exitCode: 3, output }),
        environment: [{ name: "REHEARSE_EXIT_AT_START", value: "3" }],
      });
    },
    seen: rolledBack({
      cause: "container-exited",
      why: /^container web exited with code 3 (at its start|\d s after its start), \d tasks? of \d$/,
      fix: /^correct what makes container web exit \(see its log\), and deploy again$/,
      evidence: {
        tasks: /^EssentialContainerExited Essential container in task exited\n web 3 $/m,
        logs: /Error: cannot start: REHEARSE_EXIT_AT_START is set, exiting with 3/,
      },
      stops: false,
    }),
  },
  {
    name: "exits after a minute",
    runtimes: ["process", "simulated"],
    release: async (stage) => {
      await graceOf(stage, 300);
      const script = {
        exitsAfterSeconds: minute,
        healthyAfterSeconds: 600,
        output: ["waiting for the database"],
      };
      return given({
        image: await stage.image("2.0.0", script),
        environment: [
          { name: "REHEARSE_EXIT_AFTER_MS", value: `${minuteMs}` },
          { name: "REHEARSE_SLOW_START_MS", value: "600000" },
        ],
      });
    },
    seen: rolledBack({
      cause: "container-exited",
      why: new RegExp(
        `^container web exited with code 1 (${minute}|${minute + 1}) s after its start, \\d tasks? of \\d$`,
      ),
      fix: /^correct what makes container web exit \(see its log\), and deploy again$/,
      evidence: {
        tasks: /^EssentialContainerExited Essential container in task exited\n web 1 $/m,
        logs: /REHEARSE_EXIT_AFTER_MS is \d+, exiting with 1|waiting for the database/,
      },
      stops: false,
    }),
  },
  {
    name: "out of memory",
    runtimes: ["docker", "simulated"],
    release: async (stage) => {
      // A machine that is short of memory may answer its health checks late, too.
      await graceOf(stage, 300);
      const exitReason = "OutOfMemoryError: Container killed due to memory usage";
      return given({
        image: await stage.image("2.0.0", {
          exitsAfterSeconds: 1,
          healthyAfterSeconds: 600,
          exitCode: 137,
          exitReason,
        }),
        environment: [{ name: "REHEARSE_LEAK_MIB_PER_SECOND", value: "1024" }],
      });
    },
    seen: rolledBack({
      cause: "out-of-memory",
      why: /^container web was killed because it used more memory than it has \(now 512 MiB\), \d tasks? of \d$/,
      fix: /^raise memory of container web \(now 512 MiB\), or let it use less$/,
      evidence: {
        tasks:
          /^EssentialContainerExited Essential container in task exited\n web 137 OutOfMemoryError: Container killed due to memory usage$/m,
      },
      stops: false,
    }),
  },
];
