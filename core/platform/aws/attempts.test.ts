import { describe, expect, it } from "vitest";
import { JumpingClock } from "../jumping-clock.fixture.ts";
import { type AttemptOptions, Attempts } from "./attempts.ts";
import { AnswerLost, CallEnded } from "./failures.ts";

const failure = (name: string, more: object = {}) => Object.assign(new Error("no"), { name, ...more });
const throttled = failure("ThrottlingException", { $metadata: { httpStatusCode: 400 } });
const failed = failure("ServerException", { $metadata: { httpStatusCode: 500 } });
const reset = failure("TimeoutError", { code: "ECONNRESET" });
const refused = failure("Error", { code: "ECONNREFUSED" });

interface Script {
  readonly maxRetries?: number;
  readonly options?: AttemptOptions;
  /** What attempts fail with, by the milliseconds since the first; `undefined` is an answer. */
  readonly fails: (sinceMs: number) => Error | undefined;
  /** Called at each attempt. */
  readonly onAttempt?: (sinceMs: number) => void;
}

/** One call, with pauses that are as long as they can be. */
async function call({ maxRetries, options = {}, fails, onAttempt = () => {} }: Script, clock = new JumpingClock(0)) {
  const attempts = new Attempts({ clock, maxRetries, random: () => 1 });
  const at: number[] = [];
  const done = attempts.make(async () => {
    at.push(clock.now());
    onAttempt(clock.now());
    const error = fails(clock.now());
    if (error !== undefined) throw error;
    return "answered";
  }, options);
  return { at, outcome: await done.catch((error: unknown) => error) };
}

const until = (ms: number, error: Error) => (sinceMs: number) => (sinceMs < ms ? error : undefined);

describe("a call that fails in passing", () => {
  it("survives half a minute of throttling, with pauses that grow to five seconds", async () => {
    const { at, outcome } = await call({ fails: until(30_000, throttled) });
    expect(outcome).toBe("answered");
    expect(at).toEqual([0, 1_000, 3_000, 7_000, 12_000, 17_000, 22_000, 27_000, 32_000]);
  });

  it("survives twenty seconds of failures", async () => {
    const { at, outcome } = await call({ fails: until(20_000, failed) });
    expect(outcome).toBe("answered");
    expect(at).toHaveLength(9);
  });

  it("is given up after a minute, with what it failed with", async () => {
    const { at, outcome } = await call({ fails: () => throttled });
    expect(outcome).toBe(throttled);
    expect(at.at(-1)).toBeGreaterThanOrEqual(60_000);
    expect(at.at(-1)).toBeLessThanOrEqual(65_000);
  });

  it("is given up within seconds where AWS has never answered", async () => {
    const { at, outcome } = await call({ fails: () => refused });
    expect(outcome).toBe(refused);
    expect(at).toEqual([0, 200, 600, 1_400, 3_000]);
  });

  it("is made again once however long its failure takes", async () => {
    const clock = new JumpingClock(0);
    const attempts = new Attempts({ clock });
    let made = 0;
    const late = attempts.make(async () => {
      made += 1;
      await clock.sleep(20_000);
      throw failure("TimeoutError", { code: "ETIMEDOUT" });
    }, {});
    await expect(late).rejects.toThrow("no");
    expect(made).toBe(2);
  });

  it("is made again as often as was asked for", async () => {
    expect((await call({ maxRetries: 2, fails: () => throttled })).at).toHaveLength(3);
    expect((await call({ maxRetries: 0, fails: () => throttled })).at).toHaveLength(1);
  });

  it("is made again at once where only the clock was wrong", async () => {
    const skewed = Object.assign(new Error("Signature expired"), {
      name: "InvalidSignatureException",
      $metadata: { httpStatusCode: 403, clockSkewCorrected: true },
    });
    let refusals = 0;
    const { at } = await call({ fails: () => (refusals++ === 0 ? skewed : undefined) });
    expect(at).toEqual([0, 0]);
  });

  it("ends at once where it failed for good", async () => {
    const denied = failure("AccessDeniedException");
    expect(await call({ fails: () => denied })).toEqual({ at: [0], outcome: denied });
  });

  it("leaves others their patience: there is no budget that they share", async () => {
    const clock = new JumpingClock(0);
    const attempts = new Attempts({ clock });
    const throttling = async () => {
      if (clock.now() < 30_000) throw throttled;
      return "answered";
    };
    const many = Array.from({ length: 100 }, () => attempts.make(throttling, {}));
    let resets = 0;
    const one = attempts.make(async () => {
      if (resets++ < 5) throw reset;
      return "answered";
    }, {});
    expect(new Set(await Promise.all([...many, one]))).toEqual(new Set(["answered"]));
  });
});

describe("a call that is to be made once", () => {
  const options = { once: true };

  it("is not made again where it may be done", async () => {
    const { at, outcome } = await call({ options, fails: () => reset });
    expect(outcome).toBeInstanceOf(AnswerLost);
    expect(outcome).toMatchObject({ failure: reset });
    expect(at).toHaveLength(1);
  });

  it("is made again where it is certain that it is not", async () => {
    expect(await call({ options, fails: until(5_000, throttled) })).toMatchObject({ outcome: "answered" });
    expect(await call({ options, fails: until(1_000, refused) })).toMatchObject({ outcome: "answered" });
  });
});

describe("the run's end", () => {
  it("ends the waiting of a call that must not be interrupted, and says what it failed with", async () => {
    const controller = new AbortController();
    const { at, outcome } = await call({
      options: { until: controller.signal },
      fails: () => throttled,
      onAttempt: (sinceMs) => sinceMs >= 3_000 && controller.abort(new Error("ended by SIGINT")),
    });
    expect(outcome).toBeInstanceOf(CallEnded);
    expect(outcome).toMatchObject({ failure: throttled });
    expect(at).toEqual([0, 1_000, 3_000]);
  });

  it("lets such a call be answered that was sent already", async () => {
    const controller = new AbortController();
    const { outcome } = await call({
      options: { until: controller.signal },
      fails: () => undefined,
      onAttempt: () => controller.abort(),
    });
    expect(outcome).toBe("answered");
  });

  it("keeps calls from being made that wait for their turn", async () => {
    const controller = new AbortController();
    const turn = () => new Promise<void>(() => {});
    const waiting = (signal: AbortSignal | undefined) =>
      Promise.race([
        turn(),
        new Promise<void>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
      ]);
    const made = call({ options: { until: controller.signal, turn: waiting }, fails: () => undefined });
    controller.abort(new Error("ended by SIGINT"));
    expect(await made).toMatchObject({ at: [], outcome: { name: "CallEnded", failure: undefined } });
  });

  it("is an AbortError to calls that may be interrupted, as the SDK has it", async () => {
    const signal = AbortSignal.abort(new Error("ended by SIGINT"));
    expect(await call({ options: { signal }, fails: () => undefined })).toMatchObject({
      at: [],
      outcome: { name: "AbortError" },
    });
  });
});
