/** Inputs that a variable was to fill in, which is empty, or blank: on a command line that is said, not taken for none. */
import { deployInput } from "../../core/deployment/deploy-input.ts";
import type { Failure } from "./failure.ts";
import { refused } from "./inputs.failures.ts";

/** Of each kind of input the first one: what is blank is told by the kind. */
const kinds = ["text", "number", "boolean", "list"].flatMap(
  (kind) => deployInput.fields.find((field) => field.kind === kind) ?? [],
);

export const emptyFailures: readonly Failure[] = [
  ...deployInput.fields.map(({ name }) => unsaid("empty", name, "")),
  ...kinds.map(({ name }) => unsaid("blank", name, " \t")),
];

function unsaid(kind: string, input: string, value: string): Failure {
  return refused(
    `${kind} input: ${input}`,
    { flags: [`--${input}`, value] },
    {
      outcome: "INPUT_INVALID",
      exitCode: 2,
      why: new RegExp(`^${input}: (is empty|is blank|must be .*)$`),
      fix: new RegExp(`^Correct the input ${input}: `),
    },
  );
}
