import type { Clock } from "../clock.ts";
import type { HealthCheck } from "./health-check.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import type { Target } from "./targets.ts";

/**
 * Probes one target again and again, the first time at once. The interval runs from probe to probe whatever the
 * target takes to answer, except that a probe waits for the one before it: on a clock that runs faster than real
 * time the interval can be shorter than the target's answer.
 */
export class HealthChecker {
  readonly #clock: Clock;
  readonly #probe: Probe;
  readonly #target: Target;
  readonly #settings: () => HealthCheck;
  readonly #report: (result: ProbeResult) => void;
  #running: AbortController | undefined;

  constructor(options: {
    clock: Clock;
    probe: Probe;
    target: Target;
    /** Read before every probe, so that a change of the settings counts from the next one on. */
    settings: () => HealthCheck;
    report: (result: ProbeResult) => void;
  }) {
    this.#clock = options.clock;
    this.#probe = options.probe;
    this.#target = options.target;
    this.#settings = options.settings;
    this.#report = options.report;
  }

  start(): void {
    this.stop();
    const run = new AbortController();
    this.#running = run;
    void this.#check(run.signal);
  }

  /** Ends the probing, a probe under way included; its result is not reported. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  async #check(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { path, port, timeoutSeconds, intervalSeconds, matcher } = this.#settings();
      const interval = this.#elapsed(intervalSeconds * 1000, signal);
      const result = await this.#probe(
        {
          host: this.#target.id,
          port: port === "traffic-port" ? this.#target.port : port,
          path,
          timeoutSeconds,
          matcher,
        },
        signal,
      );
      if (!signal.aborted) this.#report(result);
      await interval;
    }
  }

  #elapsed(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => {
        signal.removeEventListener("abort", abort);
        resolve();
      });
      const abort = () => {
        cancel();
        resolve();
      };
      signal.addEventListener("abort", abort, { once: true });
    });
  }
}
