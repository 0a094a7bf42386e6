/**
 * Rolling updates under 200 requests a second lose none: five in a row of processes and one of containers, or as many of
 * both as `ROLLOUTS` says (.ci/nightly).
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Load, startLoad } from "../../demo/load.ts";
import { describeWithEngine } from "../engine.fixture.ts";
import { Stage } from "./stage.fixture.ts";

const IN_A_ROW = { process: 5, docker: 1 };
const REQUESTS_PER_SECOND = 200;

const PERCENTAGES = [
  { minimumHealthyPercent: 100, maximumPercent: 200, desiredCount: 2 },
  { minimumHealthyPercent: 50, maximumPercent: 100, desiredCount: 4 },
] as const;

describe("processes", () => rollouts("process"));
describeWithEngine("containers of a Docker engine", () => rollouts("docker"));

function rollouts(runtime: keyof typeof IN_A_ROW): void {
  const count = Number(process.env.ROLLOUTS ?? IN_A_ROW[runtime]);
  describe.each(PERCENTAGES)(
    "a rolling update of $desiredCount tasks at $minimumHealthyPercent/$maximumPercent",
    ({ desiredCount, ...percentages }) => {
      let stage: Stage;
      let load: Load;

      beforeAll(async () => {
        stage = await Stage.set(percentages, runtime);
        const { result } = await stage.deploy(await stage.build("1.0.0"), {
          flags: ["--wait-until", "deployed", "--desired-count", String(desiredCount)],
        });
        expect(result.outcome).toBe("deployed");
        load = startLoad(`${stage.url}/`, REQUESTS_PER_SECOND);
      }, 90_000);
      afterAll(async () => {
        await load?.stop();
        await stage?.strike();
      });

      it(
        `loses no request, ${count} in a row`,
        async () => {
          for (let rollout = 1; rollout <= count; rollout += 1) {
            const { result, talk } = await stage.deploy(await stage.build(`2.0.${rollout}`));
            expect(result, talk).toMatchObject({ outcome: "deployed", proof: { status: "proved" } });
            expect(await (await fetch(`${stage.url}/version`)).json()).toMatchObject({ version: `2.0.${rollout}` });
          }
          await load.stop();
          const { requests, failed } = load.counts();
          process.stdout.write(`${count} rollouts (${runtime}), ${requests} requests, ${failed} failed\n`);
          expect(load.failures()).toEqual([]);
          expect(failed).toBe(0);
          expect(requests).toBeGreaterThan(100 * count);
        },
        90_000 * count,
      );
    },
  );
}
