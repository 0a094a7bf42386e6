import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const cli = fileURLToPath(new URL("./cli.ts", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cli-"));
  writeFileSync(
    join(folder, "taskdef.yaml"),
    "family: web\ncontainerDefinitions:\n  - name: web\n    image: <IMAGE1_NAME>\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function surroundings(environment: Record<string, string>) {
  const { PATH, TMPDIR } = process.env;
  return { cwd: folder, env: { PATH, TMPDIR, AWS_EC2_METADATA_DISABLED: "true", ...environment } };
}

function start(args: readonly string[], environment: Record<string, string> = {}) {
  return spawn(process.execPath, [cli, ...args], { ...surroundings(environment), stdio: ["ignore", "pipe", "pipe"] });
}

function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], surroundings(environment), (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

describe.concurrent("ecs-pipeline", () => {
  it("renders to standard output and says nothing else", async () => {
    const { exitCode, stdout, stderr } = await run(["render", "--task-definition", "taskdef.yaml", "--image", "web:2"]);
    expect(JSON.parse(stdout)).toEqual({ family: "web", containerDefinitions: [{ name: "web", image: "web:2" }] });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  it.each([
    [["deploy", "--service", "web"], "error    INPUT_INVALID  task-definition: is missing"],
    [["deploy", "--servce", "web"], "error: unknown option '--servce'"],
    [["dploy"], "error: unknown command 'dploy'"],
    [
      ["deploy", "--task-definition", "a", "--service", "web", "--wait-for-minutes", "soon"],
      "wait-for-minutes: must be a whole number from 1 to 360",
    ],
  ])("ends with 2 on misuse: %j", async (args, message) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  it("answers errors as JSON too, one object on standard output", async () => {
    const { exitCode, stdout } = await run(["render", "--task-definition", "none.json", "--image", "a", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "TASK_DEFINITION_UNREADABLE" } });
    expect(exitCode).toBe(1);
  });

  it("answers misuse as JSON too", async () => {
    const { exitCode, stdout } = await run(["status", "--servce", "web", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "INPUT_INVALID", message: "unknown option '--servce' (Did you mean --service?)" },
    });
    expect(exitCode).toBe(2);
  });

  it("goes on where nobody reads what it says", async () => {
    writeFileSync(
      join(folder, "noted.yaml"),
      "family: web\nrevision: 1\ncontainerDefinitions: [{name: web, image: a}]\n",
    );
    const rendering = start(["render", "--task-definition", "noted.yaml", "--image", "b"]);
    rendering.stderr.destroy();
    const [[exitCode], stdout] = await Promise.all([once(rendering, "close"), textOf(rendering.stdout)]);
    expect({ exitCode, family: JSON.parse(stdout).family }).toEqual({ exitCode: 0, family: "web" });
  });

  it("keeps its exit code where standard output is closed", async () => {
    const rendering = start(["render", "--task-definition", "taskdef.yaml", "--image", "b"]);
    rendering.stdout.destroy();
    expect(await once(rendering, "exit")).toEqual([0, null]);
  });

  it("says why the local cloud cannot start", async () => {
    const { exitCode, stderr } = await run(["local", "--port", "0"], { TMPDIR: join(folder, "none") });
    expect(stderr).toMatch(/^error {4}LOCAL_NOT_STARTED .*ENOENT.*\nfix {6}Set TMPDIR/);
    expect(exitCode).toBe(1);
  });

  it.each([{ signals: ["SIGTERM"] }, { signals: ["SIGINT", "SIGTERM"] }] as const)(
    "says once that it was ended, by $signals",
    async ({ signals }) => {
      const end = () => {
        for (const signal of signals) status.kill(signal);
      };
      await using server = createServer(end);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const keys = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
      const status = start(["status", "--service", "web"], { AWS_ENDPOINT_URL: endpoint, ...keys });
      expect(await textOf(status.stderr)).toMatch(/^error {4}CANCELLED {2}the run was ended from outside\n/);
    },
  );

  it("shows every verb, and one real example for each", async () => {
    const help = await run(["--help"]);
    const verbs = [...help.stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, verb]) => verb ?? "");
    expect(verbs).toEqual(["build", "render", "deploy", "diff", "status", "replay", "local"]);
    for (const verb of verbs)
      expect((await run([verb, "--help"])).stdout).toContain(`Example:\n  ecs-pipeline ${verb} `);
  });

  it("shows a service by one call, and names the endpoint's refusal in AWS's words", async () => {
    const targets: (string | undefined)[] = [];
    await using server = createServer((request, response) => {
      targets.push(request.headers["x-amz-target"]?.toString());
      request.resume().on("end", () => {
        response.writeHead(400, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "r-7" });
        response.end(JSON.stringify({ __type: "AccessDeniedException", message: "User: web is not authorized" }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    const { exitCode, stderr } = await run(["status", "--service", "web"], { AWS_ENDPOINT_URL: endpoint, ...keys });
    expect(stderr).toBe(
      "error    AWS_ACCESS_DENIED  ecs:DescribeServices: AccessDeniedException: User: web is not authorized (request r-7)\n" +
        "fix      Allow ecs:DescribeServices for this identity.\n",
    );
    expect(exitCode).toBe(1);
    expect(targets).toEqual(["AmazonEC2ContainerServiceV20141113.DescribeServices"]);
  });
});
