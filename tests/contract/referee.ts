/**
 * The referees: clients by other people, unmodified. `.ci/referees` installs them. A test whose referee this machine
 * lacks is skipped and says so; with REQUIRE_REFEREES, as CI sets it, it fails instead.
 */
import { execFile, spawnSync } from "node:child_process";
import { describe } from "vitest";

/** Each of a client's calls is a process: a second or two, and on a busy machine several. */
const LONGEST_MS = 120_000;

/** The tests by `program`, which answers `args` with success where it is there at all. */
export function describeWithReferee(program: string, args: readonly string[], name: string, body: () => void): void {
  const has = process.env.REQUIRE_REFEREES !== undefined || spawnSync(program, args).status === 0;
  if (has) describe(name, { timeout: LONGEST_MS }, body);
  else describe.skip(`${name} (skipped: no ${program})`, body);
}

export interface RunOptions {
  /** What it reads on standard input. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/**
 * Runs a client with the machine's PATH, and of its environment nothing else: a developer's own AWS profile or Docker
 * login must not decide what a test finds.
 * @returns what it printed.
 * @throws {Error} with what it said on either stream.
 */
export function run(
  program: string,
  args: readonly string[],
  { input = "", env = {}, cwd }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { PATH: process.env.PATH, HOME: "/nonexistent", ...env },
      maxBuffer: 16 * 1024 * 1024,
      ...(cwd === undefined ? {} : { cwd }),
    };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args[0]}: ${stdout}${stderr}`, { cause: error }));
    });
    child.stdin?.end(input);
  });
}
