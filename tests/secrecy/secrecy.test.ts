// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how shells, Dockerfiles and programs write variables.
/**
 * Where a secret may be, and where it may not. It may be: in the memory and the environment of the container that it is
 * for, in what the API answers to whoever may ask for it (DescribeTaskDefinition shows plain environment, GetParameter a
 * parameter), in what `render` prints, which is the task definition itself, in the log stream of an application that
 * writes it, and, while Docker builds, in a private configuration that only its owner can read. It may not be: in what
 * the toolkit says or keeps, in the local cloud's journal, in any other file while it runs or afterwards, in the
 * arguments of any process.
 */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { passwordFolderPrefix } from "../../core/image/left-folders.ts";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import { Job } from "../e2e/actions.fixture.ts";
import { describeWithEngine, testLabel } from "../engine.fixture.ts";
import { FailureStage } from "../failures/failure-stage.fixture.ts";
import { definitionOf } from "../fixtures/demo-service.ts";
import { ArgumentWatch, secretsIn, secretsInFolder } from "./search.ts";

const secret = (name: string) => `planted-${name}-${randomBytes(12).toString("hex")}`;
const planted = {
  environment: secret("environment"),
  parameter: secret("parameter"),
  secretsManager: secret("secretsmanager"),
  build: secret("build"),
  accessKey: secret("accesskey"),
  sessionToken: secret("sessiontoken"),
};
/** The beginning of every password of the local registry, which are made anew for each login; and behind `AWS:`. */
const passwords = { password: '{"payload":"', login: "AWS:eyJwYXlsb2FkIjoi" };
const all = { ...planted, ...passwords };

let folder: string;
let stage: FailureStage;
const before = process.env.TMPDIR;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "secrecy-"));
  // Ours and that of every process that we start.
  process.env.TMPDIR = folder;
  stage = await FailureStage.set({ speed: 20 }, "process");
  const [ssm, secretsManager] = [new SSMClient(stage.config), new SecretsManagerClient(stage.config)];
  await ssm.send(new PutParameterCommand({ Name: "/web/db", Value: planted.parameter, Type: "SecureString" }));
  await secretsManager.send(new CreateSecretCommand({ Name: "web/token", SecretString: planted.secretsManager }));
}, 120_000);
afterAll(async () => {
  await stage?.strike();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** The task definition files that the tests themselves wrote. */
const ours = (path: string) => /\/(failure|job)-[^/]+\/.*taskdef.*\.json$/.test(path);

function onDisk(): Promise<string[]> {
  return secretsInFolder(folder, all, ours);
}

/** Looks at the disk again and again. */
function watchDisk(): { end(): Promise<readonly string[]> } {
  const ending = new AbortController();
  const look = async () => {
    const found = new Set<string>();
    while (!ending.signal.aborted) for (const each of await onDisk()) found.add(each);
    return [...found];
  };
  const looked = look();
  return {
    end() {
      ending.abort();
      return looked;
    },
  };
}

async function journal(): Promise<string> {
  return (await fetch(`${stage.endpoint}/_localcloud/journal`)).text();
}

/** A release whose container has each secret, says what it must not, and ends. */
function leaking(definition: Awaited<ReturnType<typeof definitionOf>>) {
  const program =
    "console.error(`cannot log in with ${process.env.DB_PASSWORD}`); process.exit(process.env.DB && process.env.TOKEN ? 1 : 99)";
  const secrets = [
    { name: "DB", valueFrom: "/web/db" },
    { name: "TOKEN", valueFrom: "arn:aws:secretsmanager:us-east-1:000000000000:secret:web/token" },
  ];
  const environment = [{ name: "DB_PASSWORD", value: planted.environment }];
  const [container] = definition.containerDefinitions ?? [];
  return {
    ...definition,
    containerDefinitions: [{ ...container, environment, secrets, command: ["node", "-e", program] }],
  };
}

describe("a failing release with secrets in it", () => {
  it("is explained, traced and summed up without any of them, and none is left on disk or in arguments", async () => {
    const watch = new ArgumentWatch(all);
    const disk = watchDisk();
    const trace = join(folder, "trace.jsonl");
    const flags = ["--wait-until", "deployed", "--record", trace, "--debug"];
    const { result, talk, exitCode } = await stage.deploy({ edit: leaking, flags });
    const during = await disk.end();
    expect({ exitCode, outcome: result.outcome }, talk).toEqual({ exitCode: 1, outcome: "rolled-back" });
    // It did get them, and the explanation shows the line that it wrote.
    expect(talk).toMatch(/exit codes?: web 1\b/);
    expect(talk).toContain("cannot log in with (hidden)");
    expect(secretsIn(talk, all)).toEqual([]);
    expect(secretsIn(JSON.stringify(result), all)).toEqual([]);
    expect((await readFile(trace, "utf8")).split("\n").length).toBeGreaterThan(10);
    expect(secretsIn(await readFile(trace, "utf8"), all)).toEqual([]);
    expect(secretsIn(await journal(), all)).toEqual([]);
    expect([...during, ...(await onDisk())]).toEqual([]);
    const { found, looks } = watch.end();
    expect(looks).toBeGreaterThan(5);
    expect(found).toEqual([]);
  }, 120_000);

  it("is annotated and summed up by the action without any of them", async () => {
    const job = await Job.begin();
    try {
      await job.write("taskdef.json", JSON.stringify(leaking(await definitionOf("<IMAGE1_NAME>"))));
      const image = `${new URL(stage.endpoint).host}/ecs-demo:1.0.0`;
      const target = { cluster: CLUSTER, service: SERVICE, "task-definition": "taskdef.json", image };
      const recorded = { record: "trace.jsonl", "mask-account-ids": "true", "wait-until": "deployed" };
      const step = await job.uses("deploy", { ...target, ...recorded }, stage.endpoint);
      expect(step.exitCode, step.log).toBe(1);
      expect(step.summary).toContain("cannot log in with (hidden)");
      const post = await job.post("deploy", step.state, stage.endpoint);
      expect(post.exitCode, post.log).toBe(0);
      expect(secretsIn(JSON.stringify([step, post]), all)).toEqual([]);
      const trace = join(job.workspace, "trace.jsonl");
      expect(secretsIn(await readFile(trace, "utf8"), { ...all, account: "000000000000" })).toEqual([]);
      const { said, exitCode } = await cli(["replay", trace, "--json"], {});
      expect(exitCode, said).toBe(1);
      expect(said).toContain('"differences": []');
      expect(secretsIn(said, { ...all, account: "000000000000" })).toEqual([]);
      expect(await onDisk()).toEqual([]);
    } finally {
      await job.end();
    }
  }, 120_000);
});

/** Runs the CLI with variables of its own. */
async function cli(args: readonly string[], variables: Readonly<Record<string, string>>) {
  const bundle = resolve(process.env.CLI_DIST ?? "scripts/dist/cli.js");
  const aws = { AWS_ENDPOINT_URL: stage.endpoint, AWS_REGION: "us-east-1" };
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const env = { ...process.env, ...aws, ...credentials, ...variables };
  const child = spawn(process.execPath, [bundle, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const [exitCode] = await once(child, "close");
  return { exitCode: exitCode as number | null, said };
}

describe("credentials", () => {
  it.each(["--json", "--debug"])("that are refused are not shown, with %s", async (flag) => {
    const { exitCode, said } = await cli(["status", "--cluster", CLUSTER, "--service", SERVICE, flag], {
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: planted.accessKey,
      AWS_SESSION_TOKEN: planted.sessionToken,
    });
    expect(exitCode, said).toBe(1);
    expect(said).toMatch(/AWS_|security token/);
    expect(secretsIn(said + (await journal()), all)).toEqual([]);
    expect(await onDisk()).toEqual([]);
  });
});

describe("a build", () => {
  it("without an engine leaves no password of the registry anywhere", async () => {
    const watch = new ArgumentWatch(all);
    await stage.image("2.0.0");
    expect(watch.end().found).toEqual([]);
    expect(await onDisk()).toEqual([]);
    expect(secretsIn(await journal(), all)).toEqual([]);
  }, 60_000);
});

describeWithEngine("a build by Docker", () => {
  it("with a secret leaves neither it nor a password anywhere, and keeps the password to itself while it builds", async () => {
    const context = join(folder, "context");
    await mkdir(context);
    await writeFile(join(context, "Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
    const labels = Object.entries(testLabel()).flatMap(([name, value]) => ["--labels", `${name}=${value}`]);
    const args = ["build", "--builder", "docker", "--repository", "ecs-demo", "--tag", "3.0.0", "--context", context];
    const watch = new ArgumentWatch(all);
    const disk = watchDisk();
    const { exitCode, said } = await cli([...args, ...labels, "--secret-envs", "npm=NPM_TOKEN"], {
      NPM_TOKEN: planted.build,
    });
    const during = await disk.end();
    expect(exitCode, said).toBe(0);
    expect(secretsIn(said, all)).toEqual([]);
    expect(watch.end().found).toEqual([]);
    expect(during.filter((found) => !found.includes(passwordFolderPrefix))).toEqual([]);
    expect(await onDisk()).toEqual([]);
    await promisify(execFile)("docker", ["image", "rm", "--force", `${new URL(stage.endpoint).host}/ecs-demo:3.0.0`]);
  }, 60_000);
});

describe("the search itself", () => {
  it("looks at what the local cloud keeps on disk", async () => {
    expect((await readdir(folder)).some((name) => name.startsWith("ecs-pipeline-local-"))).toBe(true);
    await writeFile(join(folder, "left"), gzipSync(`x${planted.build}`));
    expect(await onDisk()).toEqual([`build in ${join(folder, "left")}`]);
    await rm(join(folder, "left"));
  });

  it("sees the arguments of processes", async () => {
    const watch = new ArgumentWatch(all);
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 200)", planted.build]);
    await once(child, "close");
    expect(watch.end().found.join()).toContain("build in ");
  });

  it("finds a secret in each way that it may be written", () => {
    const text = Buffer.from(`a:${planted.parameter}:b`).toString("base64");
    for (const written of [
      planted.parameter,
      text,
      encodeURIComponent(planted.parameter),
      Buffer.from(`ab${planted.parameter}`).toString("base64"),
    ])
      expect(secretsIn(`x ${written} y`, planted)).toEqual(["parameter"]);
    expect(secretsIn("nothing", all)).toEqual([]);
  });
});
