/**
 * Tests that need a Docker engine: `describeWithEngine("name", () => …)`. Where none answers they are skipped and say so;
 * with REQUIRE_REFEREES, as CI sets it, they fail instead.
 */
import { describe, inject, it } from "vitest";
import type { Engine } from "../localcloud/runtime/docker/engine.ts";
import { findEngine, LABEL } from "./engine-connection.ts";
import { loadNodeImage } from "./engine-image.ts";

const found = await findEngine();

/** Whether an engine answers. Its address is where the docker client looks, too: DOCKER_HOST, the context, the socket. */
export const hasEngine = found.engine !== undefined;

export function describeWithEngine(name: string, body: () => void): void {
  if (hasEngine) describe(name, body);
  else if (process.env.REQUIRE_REFEREES === undefined) describe.skip(`${name} (skipped: no Docker engine)`, body);
  else
    describe(name, () => {
      it("has a Docker engine", () => {
        throw new Error(`REQUIRE_REFEREES is set, and no Docker engine answers: ${found.why}`);
      });
    });
}

/** @throws {Error} outside of `describeWithEngine`. */
export function engine(): Engine {
  if (found.engine === undefined) throw new Error(found.why);
  return found.engine;
}

/** What containers and images of this run are labelled with, `{ name: value }`; what has it is removed afterwards. */
export function testLabel(): Record<string, string> {
  return { [LABEL]: inject("engineRun") };
}

/**
 * An image in the engine, made without pulling any: this Node at /usr/local/bin/node and what it needs, nothing else.
 * One for the whole run.
 * @returns its reference, for FROM and for docker run.
 */
export async function nodeImage(): Promise<string> {
  return loadNodeImage(engine(), `ecs-pipeline-test-node:${inject("engineRun")}`, testLabel());
}
