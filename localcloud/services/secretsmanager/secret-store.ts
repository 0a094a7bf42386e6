/** The secrets of one local cloud, in memory. */
import { randomInt } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { invalidName, invalidRequest, secretNotFound } from "./errors.ts";
import type { Secret } from "./secret.ts";

const DAY_MS = 24 * 60 * 60_000;
/** Names that AWS's own services give may hold a `!`, too. */
const REFERENCE = /^[\w/+=.@!-]{1,2048}$/;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export class SecretStore {
  readonly #clock: Clock;
  readonly #arnPrefix: string;
  readonly #secrets = new Map<string, Secret>();

  constructor(clock: Clock, { accountId, region }: { readonly accountId: string; readonly region: string }) {
    this.#clock = clock;
    this.#arnPrefix = `arn:aws:secretsmanager:${region}:${accountId}:secret:`;
  }

  now(): Date {
    return new Date(this.#clock.now());
  }

  all(): Secret[] {
    return [...this.#secrets.values()];
  }

  /** @throws {AwsError} `ResourceExistsException`, `InvalidRequestException` */
  create(name: string, { description, tags }: Pick<Secret, "description" | "tags">): Secret {
    const existing = this.#secrets.get(name);
    if (existing?.deletion !== undefined)
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    if (existing !== undefined)
      throw new AwsError("ResourceExistsException", `The operation failed because the secret ${name} already exists.`);
    const now = this.now();
    const arn = `${this.#arnPrefix}${name}-${suffix()}`;
    const secret = { arn, name, createdAt: now, changedAt: now, description, tags, versions: new Map() };
    const added: Secret = { ...secret, deletion: undefined };
    this.#secrets.set(name, added);
    return added;
  }

  /**
   * By name, ARN, or ARN without the six characters that AWS puts behind the name.
   * @throws {AwsError} `ResourceNotFoundException`; `ValidationException` for what no secret can be named
   */
  find(id: string): Secret {
    if (!id.startsWith("arn:") && !REFERENCE.test(id)) throw invalidName();
    const found =
      this.#secrets.get(id) ??
      this.all().find(({ arn }) => arn === id) ??
      this.#secrets.get(id.startsWith(this.#arnPrefix) ? id.slice(this.#arnPrefix.length) : "");
    if (found === undefined) throw secretNotFound();
    return found;
  }

  /** Deletes it when the window has passed. */
  schedule(secret: Secret, windowDays: number): Date {
    const asked = this.now();
    const due = new Date(asked.getTime() + windowDays * DAY_MS);
    secret.deletion = { asked, due, cancel: this.#clock.after(windowDays * DAY_MS, () => this.delete(secret)) };
    return due;
  }

  restore(secret: Secret): void {
    secret.deletion?.cancel();
    secret.deletion = undefined;
  }

  delete(secret: Secret): void {
    secret.deletion?.cancel();
    this.#secrets.delete(secret.name);
  }
}

function suffix(): string {
  return Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}
