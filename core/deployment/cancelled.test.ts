import { describe, expect, it } from "vitest";
import { Attempts } from "../platform/aws/attempts.ts";
import { pacer, type Turn } from "../platform/aws/pace.ts";
import { deploying, old, ours } from "./deploying.fixture.ts";
import { awsError, service } from "./scripted-aws.fixture.ts";

/** As the wrapper of the SDK's client paces UpdateService. */
const rate = { burst: 50, perSecond: 5 };
const names = Array.from({ length: 60 }, (_, index) => `web-${index}`);

/** Deploys to sixty services; the run is ended after a second. */
async function sixty(attempt: (made: number) => void = () => {}) {
  let made = 0;
  let paced: { readonly attempts: Attempts; readonly turn: Turn } | undefined;
  const run = deploying(
    { after: [[0, service([ours(), old()])]] },
    {
      input: { service: undefined, services: names },
      abortAfterMs: 1_000,
      rewire: ({ ecs, ...others }) => ({
        ...others,
        ecs: {
          ...ecs,
          describeServices: async (input, options) => {
            const { services: [web] = [], ...answer } = await ecs.describeServices(input, options);
            return { ...answer, services: (input.services ?? []).map((serviceName) => ({ ...web, serviceName })) };
          },
          updateService: (input, options = {}) => {
            paced ??= { attempts: new Attempts({ clock: run.clock }), turn: pacer(run.clock)(rate) };
            const { turn } = paced;
            const call = () => {
              made += 1;
              attempt(made);
              return ecs.updateService(input, options);
            };
            return paced.attempts.make(async () => call(), { ...options, turn });
          },
        },
      }),
    },
  );
  const { result } = await run.done;
  return { result, made };
}

describe("a run of sixty services that is ended", () => {
  it("makes no update any more that still waits for its turn, and says of each what is so", async () => {
    const { result, made } = await sixty();
    expect(made).toBeGreaterThanOrEqual(50);
    expect(made).toBeLessThan(58);
    const untouched = result.services?.filter(({ reason }) => reason.includes("the service was not changed")) ?? [];
    expect(untouched).toHaveLength(names.length - made);
    expect(new Set(result.services?.map(({ outcome }) => outcome))).toEqual(new Set(["cancelled"]));
    expect(untouched[0]?.error?.message).toBe(
      "the run was ended from outside: web:43 was registered, the service was not changed",
    );
  });

  it("does not make those again that were throttled", async () => {
    const { result, made } = await sixty((count) => {
      if (count > 10) throw awsError("ThrottlingException", "Rate exceeded");
    });
    expect(made).toBeLessThan(110);
    const untouched = result.services?.filter(({ reason }) => reason.includes("the service was not changed")) ?? [];
    expect(untouched).toHaveLength(names.length - 10);
  });
});
