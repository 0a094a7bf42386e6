import type { BegunDeployment } from "../../core/deployment/begun.ts";
import type { DeployResult } from "../../core/deployment/deploy-result.ts";
import type { Step } from "../run-action.ts";

/** What the main step keeps for the post step, by the names under which it does. */
export const state = {
  /** Each deployment that is waited for, as one JSON object a line; once there are results, those that were cancelled. */
  begun: "begun",
  onCancel: "on-cancel",
} as const;

/** Keeps which deployments the post step is to look at, where the main step is cancelled or killed. */
export class WaitedFor {
  readonly #step: Pick<Step, "saveState">;
  readonly #onCancel: string;
  readonly #begun: BegunDeployment[] = [];
  #saved: Promise<void> = Promise.resolve();

  constructor(step: Pick<Step, "saveState">, onCancel: string) {
    this.#step = step;
    this.#onCancel = onCancel;
  }

  async add(deployment: BegunDeployment): Promise<void> {
    if (this.#begun.push(deployment) === 1) this.#save(state.onCancel, this.#onCancel);
    this.#save(state.begun, inLines(this.#begun));
    await this.#saved;
  }

  /** @param result what came of the run; `undefined` where it could not go on, which is not what `on-cancel` is about */
  async end(result: DeployResult | undefined): Promise<void> {
    if (this.#begun.length === 0) return;
    const results = result === undefined ? [] : (result.services ?? [result]);
    const left = results.flatMap(({ outcome, deploymentId }) => (outcome === "cancelled" ? [deploymentId] : []));
    this.#save(state.begun, inLines(this.#begun.filter(({ id }) => left.includes(id))));
    await this.#saved;
  }

  /** The last entry under a name counts: they are written in their order. */
  #save(name: string, value: string): void {
    this.#saved = this.#saved.then(() => this.#step.saveState(name, value));
  }
}

function inLines(deployments: readonly BegunDeployment[]): string {
  return deployments.map((each) => JSON.stringify(each)).join("\n");
}
