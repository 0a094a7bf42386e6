import type { KeyValuePair, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";

/** What is deployed, and what happens while it is. */
export interface Release {
  /** The image; the one that serves, where it is not what is wrong. */
  readonly image?: string;
  /** What the demo app is to rehearse (app/README.md). */
  readonly environment?: readonly KeyValuePair[];
  /** What is wrong in the task definition itself. */
  readonly edit?: (definition: RegisterTaskDefinitionRequest) => object;
  /** Flags beside cluster, service, task definition and image. */
  readonly flags?: readonly string[];
  /** Several services, where it is not the one. */
  readonly services?: readonly string[];
  /** Environment variables of the run itself, such as those that lead it elsewhere. */
  readonly surroundings?: Readonly<Record<string, string>>;
  /**
   * May act as soon as the run has been started, or send it a signal; awaited as what `meanwhile` promises. `over` is
   * aborted when the run has ended.
   */
  readonly started?: (send: (signal: NodeJS.Signals) => void, over: AbortSignal) => void | Promise<void>;
  /**
   * Sees what the run has said so far, each time that it says more, and may act on it, or send the run a signal. What
   * it promises is awaited when the run has ended.
   */
  readonly meanwhile?: (talk: string, send: (signal: NodeJS.Signals) => void) => void | Promise<void>;
}

/** Acts once, as soon as the run has said something. */
export function onceSaid(
  words: RegExp,
  act: (send: (signal: NodeJS.Signals) => void) => void | Promise<void>,
): NonNullable<Release["meanwhile"]> {
  let acted = false;
  return (talk, send) => {
    if (acted || !words.test(talk)) return;
    acted = true;
    return act(send);
  };
}

/** The deployment is there, and the run watches it. */
export const watching = /^watch /m;
