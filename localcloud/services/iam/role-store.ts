/** The roles of one local cloud, in memory. Their policies are kept and shown; no call is denied for them. */
import { randomInt } from "node:crypto";
import type { Tag } from "@aws-sdk/client-iam";
import type { Clock } from "../../clock.ts";
import { deleteConflict, entityAlreadyExists, noSuchEntity } from "./errors.ts";
import { type RequestContext, trusts } from "./policy-document.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export interface Role {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: Date;
  readonly description: string | undefined;
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly tags: readonly Tag[];
  trustPolicy: string;
  /** ARNs. */
  readonly attached: Set<string>;
  /** Inline policies by name. */
  readonly inline: Map<string, string>;
}

export class RoleStore {
  readonly #clock: Clock;
  readonly #accountId: string;
  readonly #roles = new Map<string, Role>();

  constructor(clock: Clock, accountId: string) {
    this.#clock = clock;
    this.#accountId = accountId;
  }

  /** @throws {AwsError} `EntityAlreadyExists` */
  create(
    name: string,
    settings: Pick<Role, "path" | "description" | "maxSessionDuration" | "tags" | "trustPolicy">,
  ): Role {
    if (this.#roles.has(name)) throw entityAlreadyExists(`Role with name ${name} already exists.`);
    const role: Role = {
      ...settings,
      name,
      arn: `arn:aws:iam::${this.#accountId}:role${settings.path}${name}`,
      id: `AROA${Array.from({ length: 17 }, () => LETTERS[randomInt(LETTERS.length)]).join("")}`,
      createdAt: new Date(this.#clock.now()),
      attached: new Set(),
      inline: new Map(),
    };
    this.#roles.set(name, role);
    return role;
  }

  has(name: string): boolean {
    return this.#roles.has(name);
  }

  /** @throws {AwsError} `NoSuchEntity` */
  find(name: string): Role {
    const role = this.#roles.get(name);
    if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  }

  /** @throws {AwsError} `NoSuchEntity`, `DeleteConflict` */
  delete(name: string): void {
    const role = this.find(name);
    if (role.attached.size > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
    if (role.inline.size > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
    this.#roles.delete(name);
  }

  /**
   * The role that a service may assume, by ARN or by name.
   * @returns undefined where there is none, or where its trust policy does not name the service.
   */
  assumable(arnOrName: string, service: string, context: RequestContext): Role | undefined {
    const role = [...this.#roles.values()].find(({ arn, name }) => arn === arnOrName || name === arnOrName);
    return role !== undefined && trusts(role.trustPolicy, service, context) ? role : undefined;
  }
}
