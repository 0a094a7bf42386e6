/** The body of a request that is read whole before it is answered, in bounded memory and time. */
import type { IncomingMessage } from "node:http";
import type { Clock } from "./clock.ts";

/** What a client needs that sends its largest body slowly, and no more: a layer travels another way. */
const DEADLINE_MS = 60_000;
/** So much of a body that is too large is read and dropped, for a client that reads its answer only afterwards. */
const MAX_DROPPED_BYTES = 64 * 1024 * 1024;
/** Over all bodies that are being read: many clients with a large body each must not fill the memory together. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;
const FIRST_BYTES = 16 * 1024;
/** What nearly every request has: served however much others hold. */
const ALWAYS_BYTES = 64 * 1024;

export class BodyTooLarge extends Error {}
export class BodyTooSlow extends Error {}
export class TooManyBodies extends Error {}

/** Of the process, as its memory is. */
let heldBytes = 0;

/**
 * @param clock real time.
 * @throws {BodyTooLarge} {BodyTooSlow} {TooManyBodies}, or Node's own error where the client went away.
 */
export async function readBody(request: IncomingMessage, maxBytes: number, clock: Clock): Promise<Buffer> {
  const body = new Body(maxBytes);
  let cancel = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const tooSlow = () => reject(new BodyTooSlow(`The request's body did not come within ${DEADLINE_MS / 1000} s.`));
      cancel = clock.after(DEADLINE_MS, tooSlow);
      request.on("data", (chunk: Buffer) => {
        body.take(chunk);
        if (body.droppedBytes > MAX_DROPPED_BYTES) resolve();
      });
      request.on("end", resolve).on("error", reject);
      request.on("close", () => reject(new Error("The client went away in the middle of a body.")));
    });
    return body.whole();
  } finally {
    cancel();
    body.end();
  }
}

/** One buffer that grows: a body that comes in pieces of one byte must not cost an object for each. */
class Body {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(0);
  #size = 0;
  #droppedBytes = 0;
  #refusal: Error | undefined;
  #ended = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  take(chunk: Buffer): void {
    // Of a client whose body came too late, and still comes.
    if (this.#ended) return;
    if (this.#refusal === undefined) this.#makeRoom(this.#size + chunk.length);
    if (this.#refusal !== undefined) {
      this.#droppedBytes += chunk.length;
      return;
    }
    chunk.copy(this.#bytes, this.#size);
    this.#size += chunk.length;
  }

  whole(): Buffer {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#bytes.subarray(0, this.#size);
  }

  /** What is given out of it counts no longer: it is taken apart at once. */
  end(): void {
    this.#ended = true;
    this.#release();
  }

  #release(): void {
    heldBytes -= this.#bytes.length;
    this.#bytes = Buffer.alloc(0);
  }

  #makeRoom(size: number): void {
    if (size <= this.#bytes.length) return;
    if (size > this.#maxBytes) {
      this.#refuse(new BodyTooLarge(`The request's body is larger than ${this.#maxBytes} bytes.`));
      return;
    }
    const capacity = Math.min(this.#maxBytes, Math.max(FIRST_BYTES, size, this.#bytes.length * 2));
    if (capacity > ALWAYS_BYTES && heldBytes + capacity - this.#bytes.length > MAX_HELD_BYTES) {
      this.#refuse(new TooManyBodies("Too many large requests at once. Try again."));
      return;
    }
    heldBytes += capacity - this.#bytes.length;
    const larger = Buffer.allocUnsafeSlow(capacity);
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }

  #refuse(refusal: Error): void {
    this.#release();
    this.#refusal = refusal;
  }
}
