import type { BuildPlan } from "../build-plan.ts";
import { inputInvalid } from "../input-invalid.ts";
import type { Environment } from "./environment.ts";

/** Secrets as a build takes them: values through the environment of the docker process alone. */
export interface BuildSecrets {
  /** What follows each `--secret`. */
  readonly arguments: readonly string[];
  /** The variables that the arguments name. */
  readonly variables: Readonly<Record<string, string>>;
  /** What no line of a log may show. */
  readonly values: readonly string[];
}

/**
 * Reads secrets (values given), secret-envs (values in the environment) and secret-files (values in files, which
 * Docker reads itself).
 *
 * @throws {ToolkitError} INPUT_INVALID, without any value
 */
export function readSecrets(plan: BuildPlan, environment: Environment): BuildSecrets {
  const given = plan.secrets.map((item) => readSecret("secrets", item));
  const named = plan.secretEnvs.map((item) => {
    const { id, value: name } = readSecret("secret-envs", item);
    if (Object.hasOwn(environment, name) && environment[name] !== undefined) return { id, value: environment[name] };
    // Not by its name: whoever gave the secret itself in its place must not find it in the log.
    throw inputInvalid(
      "secret-envs",
      `${id}: the variable that it names is not set`,
      `Give ${id}=VARIABLE and set it.`,
    );
  });
  const values = [...given, ...named];
  const variables = Object.fromEntries(values.map(({ value }, index) => [variable(index), value]));
  const files = plan.secretFiles.map((item) => {
    const { id, value: path } = readSecret("secret-files", item);
    // The argument is a list with commas of its own.
    if (path.includes(",") || path.includes('"'))
      throw inputInvalid("secret-files", `"${path}" has a comma or a quote`, "Rename the file.");
    return `id=${id},src=${path}`;
  });
  return {
    arguments: [...values.map(({ id }, index) => `id=${id},env=${variable(index)}`), ...files],
    variables,
    values: values.map(({ value }) => value),
  };
}

function variable(index: number): string {
  return `ECS_PIPELINE_BUILD_SECRET_${index}`;
}

function readSecret(input: string, item: string): { id: string; value: string } {
  const [, id, value] = /^([A-Za-z0-9_.-]+)=([\s\S]+)$/.exec(item) ?? [];
  if (id !== undefined && value !== undefined) return { id, value };
  throw inputInvalid(input, "an entry is not of the form id=…", "Give id=… on a line of its own.");
}

/** Shorter texts are in every other word, and hiding them would tell them. */
const shortestHidden = 4;

/** Takes secrets out of a line, also one line of a secret that has several. */
export function redactor(secrets: readonly string[]): (line: string) => string {
  const parts = new Set(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]));
  const hidden = [...parts].map((part) => part.trim()).filter((part) => part.length >= shortestHidden);
  const longestFirst = hidden.sort((a, b) => b.length - a.length);
  return (line) => longestFirst.reduce((text, secret) => text.replaceAll(secret, "***"), line);
}
