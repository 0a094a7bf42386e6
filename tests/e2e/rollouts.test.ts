/**
 * Rolling updates under 200 requests a second lose none. One of each here; `ROLLOUTS=10` (as .ci/nightly sets it) does
 * ten in a row.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Load, startLoad } from "../../demo/load.ts";
import { Stage } from "./stage.fixture.ts";

const ROLLOUTS = Number(process.env.ROLLOUTS ?? 1);
const REQUESTS_PER_SECOND = 200;

describe.each([
  { minimumHealthyPercent: 100, maximumPercent: 200, desiredCount: 2 },
  { minimumHealthyPercent: 50, maximumPercent: 100, desiredCount: 4 },
])(
  "a rolling update of $desiredCount tasks at $minimumHealthyPercent/$maximumPercent",
  ({ desiredCount, ...percentages }) => {
    let stage: Stage;
    let load: Load;

    beforeAll(async () => {
      stage = await Stage.set(percentages);
      const { result } = await stage.deploy(await stage.build("1.0.0"), {
        flags: ["--wait-until", "deployed", "--desired-count", String(desiredCount)],
      });
      expect(result.outcome).toBe("deployed");
      load = startLoad(`${stage.url}/`, REQUESTS_PER_SECOND);
    }, 60_000);
    afterAll(async () => {
      await load?.stop();
      await stage?.strike();
    });

    it(
      `loses no request, ${ROLLOUTS} in a row`,
      async () => {
        for (let rollout = 1; rollout <= ROLLOUTS; rollout += 1) {
          const { result } = await stage.deploy(await stage.build(`2.0.${rollout}`));
          expect(result).toMatchObject({ outcome: "deployed", proof: { status: "proved" } });
          expect(await (await fetch(`${stage.url}/version`)).json()).toMatchObject({ version: `2.0.${rollout}` });
        }
        await load.stop();
        const { requests, failed } = load.counts();
        process.stdout.write(`${ROLLOUTS} rollouts, ${requests} requests, ${failed} failed\n`);
        expect(load.failures()).toEqual([]);
        expect(failed).toBe(0);
        expect(requests).toBeGreaterThan(100 * ROLLOUTS);
      },
      60_000 * ROLLOUTS,
    );
  },
);
