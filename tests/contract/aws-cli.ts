/** The AWS CLI: a client that shares no code with the SDK for JavaScript, and so the referee of the wire. */
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether this machine has the AWS CLI. CI sets `REQUIRE_REFEREES`, so that a missing one fails there. */
export const hasAwsCli = process.env.REQUIRE_REFEREES !== undefined || spawnSync("aws", ["--version"]).status === 0;

/** Runs `aws <args> --output json` and answers what it printed, parsed. @throws with what the CLI said on stderr. */
export type AwsCli = (...args: string[]) => Promise<Record<string, unknown>>;

export function awsCli(endpoint: string): AwsCli {
  const env = {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_MAX_ATTEMPTS: "1",
  };
  return async (...args) => {
    const { stdout } = await run("aws", [...args, "--output", "json"], { env, maxBuffer: 16 * 1024 * 1024 });
    return stdout.trim() === "" ? {} : JSON.parse(stdout);
  };
}
