/**
 * The passwords that GetAuthorizationToken hands out, and whether one that a registry client presents is one of them.
 * Like Amazon ECR's they carry their own expiry and are some 2 kB long, so that what cannot carry them shows it here.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import * as v from "valibot";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
const VALID_FOR_MS = 12 * 60 * 60 * 1000;

const PAYLOAD_BYTES = 1000;

const tokenSchema = v.object({
  payload: v.string(),
  datakey: v.string(),
  version: v.literal("2"),
  type: v.literal("DATA_KEY"),
  /** Seconds since the epoch. */
  expiration: v.pipe(v.number(), v.safeInteger()),
});

export class AuthorizationTokens {
  readonly #key = randomBytes(32);

  /** @param now milliseconds since the epoch; so is `expiresAt`. */
  issue(now: number): { password: string; expiresAt: number } {
    const expiration = Math.floor((now + VALID_FOR_MS) / 1000);
    const payload = randomBytes(PAYLOAD_BYTES).toString("base64");
    const datakey = this.#sign(payload, expiration).toString("base64");
    const token: v.InferOutput<typeof tokenSchema> = { payload, datakey, version: "2", type: "DATA_KEY", expiration };
    return { password: Buffer.from(JSON.stringify(token)).toString("base64"), expiresAt: expiration * 1000 };
  }

  /** @param now milliseconds since the epoch. */
  check(password: string, now: number): "valid" | "expired" | "unknown" {
    const parsed = v.safeParse(tokenSchema, parse(password));
    if (!parsed.success) return "unknown";
    const { payload, datakey, expiration } = parsed.output;
    const expected = this.#sign(payload, expiration);
    const given = Buffer.from(datakey, "base64");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return "unknown";
    return now < expiration * 1000 ? "valid" : "expired";
  }

  #sign(payload: string, expiration: number): Buffer {
    return createHmac("sha256", this.#key).update(`${expiration}.${payload}`).digest();
  }
}

function parse(password: string): unknown {
  try {
    return JSON.parse(Buffer.from(password, "base64").toString("utf8"));
  } catch {
    return undefined;
  }
}
