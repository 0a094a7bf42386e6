/** The lines of docs/local-cloud.md that make a running service, as a reader runs them: by a shell and the AWS CLI. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CloudProcess, startCloudProcess } from "../../demo/cli.ts";
import { describeWithAwsCli } from "../contract/aws-cli.ts";
import { run } from "../contract/referee.ts";

describeWithAwsCli("docs/local-cloud.md", () => {
  let cloud: CloudProcess;
  let home: string;
  beforeAll(async () => {
    cloud = await startCloudProcess("process");
    home = await mkdtemp(join(tmpdir(), "local-cloud-doc-"));
  });
  afterAll(async () => {
    await cloud.end();
    await rm(home, { recursive: true, force: true });
  });

  it("leads from nothing to a running service", { timeout: 120_000 }, async () => {
    const env = {
      HOME: home,
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
    await run("bash", ["-euo", "pipefail", "-c", await linesOf("From nothing to a running service")], { env });
    const status = await run("npx", ["ecs-pipeline", "status", "--cluster", "demo", "--service", "web"], { env });
    expect(status).toContain("1 of 1 running, 0 starting");
    expect(status).toContain("primary  ecs-demo:2  COMPLETED");
  });
});

/** The first shell block under a heading. */
async function linesOf(heading: string): Promise<string> {
  const document = await readFile("docs/local-cloud.md", "utf8");
  const [, section = ""] = document.split(`## ${heading}\n`);
  const [, lines] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
  if (lines === undefined) throw new Error(`docs/local-cloud.md has no lines under "${heading}"`);
  return lines;
}
