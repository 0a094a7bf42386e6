import { Agent } from "node:http";
import type { Duplex } from "node:stream";

/** Idle connections to targets that are kept; more than a local machine's clients ever leave behind. */
const MAX_IDLE = 256;

/**
 * The connections that the load balancer keeps to one target. Once it drains, idle ones are closed and busy ones
 * close after their request, so that a target that stops gracefully is not held up by connections nobody uses.
 */
export class TargetConnections extends Agent {
  #draining = false;

  constructor() {
    super({ keepAlive: true, maxFreeSockets: MAX_IDLE, scheduling: "lifo" });
  }

  drain(): void {
    this.#draining = true;
    for (const idle of Object.values(this.freeSockets)) for (const socket of idle ?? []) socket.destroy();
  }

  /** The target was registered again before it had drained. */
  resume(): void {
    this.#draining = false;
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // The declared result is void; Node reads it as whether to keep the socket.
    return !this.#draining && (super.keepSocketAlive(socket) as unknown) !== false;
  }
}
