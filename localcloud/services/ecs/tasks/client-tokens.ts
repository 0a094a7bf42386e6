/** A RunTask that is sent again with its client token starts nothing again. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html */
import type { RunTaskRequest } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import type { Task } from "../state.ts";

/** AWS keeps tokens for a day; here the newest are kept. */
const CAPACITY = 1_000;

export class ClientTokens {
  readonly #answered = new Map<string, { readonly request: string; readonly tasks: readonly Task[] }>();

  /**
   * The tasks that an earlier request with the same token started, else those that `launch` starts.
   * @throws {AwsError} `ConflictException` where the earlier request asked for something else.
   */
  once(input: RunTaskRequest, launch: () => readonly Task[]): readonly Task[] {
    const { clientToken, ...rest } = input;
    if (clientToken === undefined) return launch();
    const request = JSON.stringify(rest);
    const earlier = this.#answered.get(clientToken);
    if (earlier !== undefined && earlier.request !== request) throw conflict();
    const tasks = earlier?.tasks ?? launch();
    this.#answered.set(clientToken, { request, tasks });
    const [oldest] = this.#answered.keys();
    if (this.#answered.size > CAPACITY && oldest !== undefined) this.#answered.delete(oldest);
    return tasks;
  }
}

function conflict(): AwsError {
  return new AwsError(
    "ConflictException",
    "The RunTask request could not be processed due to conflicts. The provided clientToken is already in use with a different RunTask request.",
  );
}
