/** What the main step keeps for the post step, by the names under which it does. */
export const state = {
  /** Each deployment that is waited for, as one JSON object a line. */
  begun: "begun",
  onCancel: "on-cancel",
  /** The outcome, once there is one: without it the main step was killed. */
  outcome: "outcome",
} as const;
