/** What all failures of the API have in common: the release is good, and what is asked for is done. */
import { expect } from "vitest";
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import type { Release } from "./release.ts";

export const register = "RegisterTaskDefinition";
export const update = "UpdateService";
export const rollback = "StopServiceDeployment";
export const asked: readonly string[] = [register, update];

let releases = 0;

/** A release that nothing is wrong with, each time another one; what goes wrong is the API. */
export async function goodRelease(stage: FailureStage, release: Release = {}): Promise<Release> {
  releases += 1;
  const image = await stage.image(`2.0.${releases}`);
  return { image, ...release, flags: ["--wait-until", "deployed", ...(release.flags ?? [])] };
}

/** How it is for runs that are not kept from their work, and how what is told is to differ. */
export function ofTheApi(
  name: string,
  faults: readonly object[],
  { release, ...seen }: Partial<Failure["seen"]> & { readonly release?: Release } = {},
): Failure {
  return {
    name,
    runtimes: ["simulated"],
    speed: 20,
    release: async (stage) => {
      const made = await goodRelease(stage, release);
      await stage.faults(...faults);
      return made;
    },
    seen: { outcome: "deployed", exitCode: 0, mutating: asked, ...seen },
  };
}

/** What the run says of it on the way. */
export function says(words: RegExp): Pick<Failure["seen"], "besides"> {
  return { besides: async (_stage, { talk }) => expect(talk).toMatch(words) };
}

/** A revision that cannot start, and only the run to go back: the circuit breaker must not be sooner. */
export async function missingImage(stage: FailureStage, release: Release = {}): Promise<Release> {
  await stage.others.configure({ deploymentCircuitBreaker: { enable: false, rollback: false } });
  return {
    image: `${new URL(stage.endpoint).host}/ecs-demo:never-pushed`,
    ...release,
    // So long it waits, where it may not see why nothing starts: nobody else ends the deployment.
    flags: ["--wait-until", "deployed", "--on-failure", "rollback", "--wait-for-minutes", "2"],
  };
}
