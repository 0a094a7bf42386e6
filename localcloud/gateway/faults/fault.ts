/** A fault as it is asked for, checked. */
import * as v from "valibot";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Service } from "../service.ts";
import { isRead } from "./stale-reads.ts";

const LONGEST_MS = 10 * 60_000;

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** Which calls a fault meets. */
const matching = {
  /** By its name in the credential scope, e.g. `elasticloadbalancing`; any where it is left out. */
  service: v.exactOptional(v.string()),
  /** Any where they are left out. */
  operations: v.exactOptional(v.pipe(v.array(v.string()), v.nonEmpty())),
  /** Of callers whose User-Agent has this in it: of one program, where several call. */
  userAgent: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  /** So many matching calls are left alone first. */
  after: v.exactOptional(whole(0, Number.MAX_SAFE_INTEGER), 0),
  /** So many calls are met at most. */
  count: v.exactOptional(whole(1, Number.MAX_SAFE_INTEGER)),
  /** The share of the matching calls that are met, drawn by `seed`. */
  rate: v.exactOptional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
  seed: v.exactOptional(whole(0, 2 ** 32 - 1), 1),
  /** The fault is over so many milliseconds after it was asked for. */
  forMs: v.exactOptional(whole(1, 24 * 60 * 60_000)),
};

const faultSchema = v.variant("kind", [
  v.strictObject({ kind: v.literal("throttle"), ...matching }),
  v.strictObject({ kind: v.literal("error"), status: v.exactOptional(v.picklist([500, 503]), 500), ...matching }),
  v.strictObject({ kind: v.literal("latency"), ms: whole(1, LONGEST_MS), ...matching }),
  v.strictObject({
    kind: v.literal("reset"),
    /** Whether the operation is carried out before its connection is reset. */
    when: v.exactOptional(v.picklist(["before", "after"]), "before"),
    ...matching,
  }),
  v.strictObject({ kind: v.literal("stale-reads"), staleMs: whole(1, LONGEST_MS), ...matching }),
  /** Something else answers in AWS's place, as where a network wants its users to sign in. */
  v.strictObject({ kind: v.literal("captive-portal"), ...matching }),
  /** The operation is carried out; half of its answer arrives. */
  v.strictObject({ kind: v.literal("truncated"), ...matching }),
  v.strictObject({ kind: v.literal("expired-token"), ...matching }),
  v.strictObject({ kind: v.literal("access-denied"), ...matching }),
]);

export type Fault = v.InferOutput<typeof faultSchema>;

const faultsSchema = v.pipe(v.array(faultSchema), v.maxLength(100));

/**
 * @param body a list of faults
 * @throws {AwsError} `ValidationException` for what is none, or would meet no call that there is
 */
export function parseFaults(body: unknown, services: readonly Service[]): readonly Fault[] {
  const parsed = v.safeParse(faultsSchema, body, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw refused(`${v.getDotPath(issue) ?? "The body"}: ${issue.message}`);
  }
  for (const [index, fault] of parsed.output.entries()) refuseWhatMeetsNothing(fault, `${index}`, services);
  return parsed.output;
}

function refuseWhatMeetsNothing(fault: Fault, at: string, services: readonly Service[]): void {
  const { kind, service, operations = [] } = fault;
  const named = services.filter(({ signingName }) => service === undefined || signingName === service);
  if (named.length === 0)
    throw refused(
      `${at}.service: the local cloud has no service ${service}, but ${services.map(({ signingName }) => signingName).join(", ")}.`,
    );
  const missing = operations.find((operation) => !named.some((of) => Object.hasOwn(of.operations, operation)));
  if (missing !== undefined)
    throw refused(
      `${at}.operations: the local cloud has no operation ${[service, missing].filter(Boolean).join(":")}.`,
    );
  const written = kind === "stale-reads" ? operations.find((operation) => !isRead(operation)) : undefined;
  if (written !== undefined) throw refused(`${at}.operations: ${written} does not only read.`);
}

function refused(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
