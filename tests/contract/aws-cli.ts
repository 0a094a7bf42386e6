/** The AWS CLI: a client that shares no code with the SDK for JavaScript, and so the referee of the wire. */
import { describeWithReferee, run } from "./referee.ts";

export function describeWithAwsCli(name: string, body: () => void): void {
  describeWithReferee("aws", ["--version"], name, body);
}

/** Runs `aws <args> --output json` and answers what it printed, parsed. @throws with what the CLI said on stderr. */
export type AwsCli = (...args: string[]) => Promise<Record<string, unknown>>;

export function awsCli(endpoint: string): AwsCli {
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_MAX_ATTEMPTS: "1",
  };
  return async (...args) => {
    const stdout = await run("aws", [...args, "--output", "json"], { env });
    return stdout.trim() === "" ? {} : JSON.parse(stdout);
  };
}
