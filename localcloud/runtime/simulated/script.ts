/** What simulated containers do, image by image. Times are seconds of the local cloud's clock. */
import * as v from "valibot";
import { AwsError } from "../../protocol/aws-error.ts";
import { seededRandom } from "../../seeded-random.ts";

const LONGEST_SECONDS = 30 * 24 * 60 * 60;

const time = v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_SECONDS));
/** Always the same, or drawn anew between two for each container. */
const seconds = v.union([
  time,
  v.pipe(
    v.tuple([time, time]),
    v.check(([least, most]) => least <= most, "The first time is later than the second."),
  ),
]);

const imageSchema = v.strictObject({
  /** As the task definition names it; without a tag and digest it stands for all of them. It need not exist. */
  image: v.pipe(v.string(), v.nonEmpty(), v.maxLength(512)),
  pullSeconds: v.exactOptional(seconds, 0),
  /** The text that follows `CannotPullContainerError: `. */
  cannotPull: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  /** The text that follows `CannotStartContainerError: `. */
  cannotStart: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  startSeconds: v.exactOptional(seconds, 0),
  /** From its start; before that its health checks fail. */
  healthyAfterSeconds: v.exactOptional(seconds, 0),
  /** From its start; 0 is never healthy. */
  unhealthyAfterSeconds: v.exactOptional(seconds),
  /** Whose checks of it fail while it is unhealthy; where it is left out, both do. */
  unhealthyTo: v.exactOptional(v.picklist(["container-health-check", "load-balancer"])),
  /** How a load balancer's health check of it ends while it is unhealthy: with a code, none in time, no connection. */
  unhealthyAnswer: v.exactOptional(
    v.union([v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)), v.picklist(["timeout", "refused"])]),
    503,
  ),
  /** Exits by itself, so long after its start. */
  exitsAfterSeconds: v.exactOptional(seconds),
  exitCode: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)), 1),
  /** What ECS then says of it: `OutOfMemoryError: Container killed due to memory usage`. */
  exitReason: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(1024))),
  /** The lines that it writes when it starts. */
  output: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(100)), []),
  /** From the stop signal to its end. */
  stopSeconds: v.exactOptional(seconds, 0),
});

const scriptSchema = v.strictObject({
  seed: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1)), 1),
  images: v.pipe(v.array(imageSchema), v.maxLength(10_000)),
});

type Seconds = v.InferOutput<typeof seconds>;
type ImageScript = v.InferOutput<typeof imageSchema>;

/** What one container does; milliseconds. */
export interface Behaviour {
  readonly startMs: number;
  readonly healthyAfterMs: number;
  readonly unhealthyAfterMs: number;
  readonly unhealthyTo: ImageScript["unhealthyTo"] | undefined;
  readonly unhealthyAnswer: ImageScript["unhealthyAnswer"];
  readonly exit: { readonly afterMs: number; readonly code: number; readonly reason: string | undefined } | undefined;
  readonly output: readonly string[];
  readonly stopMs: number;
}

/** The containers of an image, one after the other. */
export class ScriptedImage {
  readonly script: ImageScript;
  readonly #random: () => number;

  constructor(script: ImageScript, seed: number) {
    this.script = script;
    this.#random = seededRandom(seed);
  }

  pullMs(): number {
    return this.#ms(this.script.pullSeconds);
  }

  next(): Behaviour {
    const { startSeconds, healthyAfterSeconds, unhealthyAfterSeconds, stopSeconds } = this.script;
    const { unhealthyTo, unhealthyAnswer, output } = this.script;
    return {
      startMs: this.#ms(startSeconds),
      healthyAfterMs: this.#ms(healthyAfterSeconds),
      unhealthyAfterMs: this.#ms(unhealthyAfterSeconds ?? Number.POSITIVE_INFINITY),
      unhealthyTo,
      unhealthyAnswer,
      exit: this.#exit(),
      output,
      stopMs: this.#ms(stopSeconds),
    };
  }

  #exit(): Behaviour["exit"] {
    const { exitsAfterSeconds, exitCode: code, exitReason: reason } = this.script;
    return exitsAfterSeconds === undefined ? undefined : { afterMs: this.#ms(exitsAfterSeconds), code, reason };
  }

  #ms(seconds: Seconds): number {
    const [least, most] = typeof seconds === "number" ? [seconds, seconds] : seconds;
    if (least === most) return Math.round(least * 1000);
    return Math.round((least + (most - least) * this.#random()) * 1000);
  }
}

/** An image that no script names: it starts at once, is healthy, and runs until it is stopped. */
export function unscripted(image: string): ScriptedImage {
  return new ScriptedImage(v.parse(imageSchema, { image }), 1);
}

/** The images that a script names. */
export class Script {
  readonly #images: ReadonlyMap<string, ScriptedImage>;

  constructor(images: ReadonlyMap<string, ScriptedImage> = new Map()) {
    this.#images = images;
  }

  get size(): number {
    return this.#images.size;
  }

  /** By the whole reference, else by its repository. */
  find(reference: string): ScriptedImage | undefined {
    return this.#images.get(reference) ?? this.#images.get(repositoryOf(reference));
  }
}

/** @throws {AwsError} `ValidationException`, naming the path */
export function parseScript(body: unknown): Script {
  const parsed = v.safeParse(scriptSchema, body, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new AwsError("ValidationException", `${v.getDotPath(issue) ?? "The body"}: ${issue.message}`);
  }
  const { seed, images } = parsed.output;
  // Each image draws from numbers of its own, so that one does not depend on how many containers another has.
  return new Script(new Map(images.map((script, index) => [script.image, new ScriptedImage(script, seed + index)])));
}

/** `host:port/name` of `host:port/name:tag` or `…@sha256:…`. */
function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}
