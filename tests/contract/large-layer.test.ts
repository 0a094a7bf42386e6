/** A layer of 1 GiB goes through the registry at flat memory: pushed in two chunks, pulled in one piece. */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { expect, it, onTestFinished } from "vitest";
import { printedEndpoint } from "../../bench/bare-server.ts";
import { forgetPeak, peakRssMib, rssMib } from "../../bench/process-memory.ts";
import { sdkConfig } from "./sdk.ts";

const MIB = 2 ** 20;
const LAYER_MIB = 1024;
/** More than a process that has done nothing yet grows by, some 8 MiB, and less than V8 lets garbage of the body become. */
const ALLOWED_MIB = 32;

const block = randomBytes(MIB);

/** So many MiB, each another one than the one before, so that none can pass for another. */
function* layer(first: number, end: number): Generator<Buffer> {
  for (let index = first; index < end; index += 1) {
    const bytes = Buffer.from(block);
    bytes.writeUInt32LE(index);
    yield bytes;
  }
}

function digestOfLayer(): string {
  const hash = createHash("sha256");
  for (const bytes of layer(0, LAYER_MIB)) hash.update(bytes);
  return `sha256:${hash.digest("hex")}`;
}

/** A local cloud as a process of its own, from source; it ends with its standard input. */
async function startProcess(): Promise<{ endpoint: string; pid: number }> {
  const args = ["scripts/cli.ts", "local", "--port", "0", "--json", "--until-stdin-ends"];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  });
  return { endpoint: await printedEndpoint(child), pid: child.pid ?? 0 };
}

async function send(url: URL, options: RequestOptions, body?: Iterable<Buffer>): Promise<IncomingMessage> {
  const sent = request(url, options);
  const answered = once(sent, "response") as Promise<[IncomingMessage]>;
  await (body === undefined ? sent.end() : pipeline(Readable.from(body), sent));
  const [answer] = await answered;
  return answer;
}

it.skipIf(process.platform !== "linux")(
  "moves 1 GiB both ways and grows by less than 32 MiB",
  async () => {
    const { endpoint, pid } = await startProcess();
    const ecr = new ECRClient(sdkConfig({ endpoint }));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "large" }));
    const { authorizationData: [token] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
    ecr.destroy();
    const headers = { authorization: `Basic ${token?.authorizationToken}` };
    const digest = digestOfLayer();
    await forgetPeak(pid);
    const before = await rssMib(pid);

    const begun = await send(new URL("/v2/large/blobs/uploads/", endpoint), { method: "POST", headers });
    const location = new URL(begun.headers.location ?? "");
    const half = LAYER_MIB / 2;
    const patched = await send(location, { method: "PATCH", headers }, layer(0, half));
    expect(patched.headers.range).toBe(`0-${half * MIB - 1}`);
    location.searchParams.set("digest", digest);
    expect((await send(location, { method: "PUT", headers }, layer(half, LAYER_MIB))).statusCode).toBe(201);
    const pushed = await peakRssMib(pid);
    const pulled = await send(new URL(`/v2/large/blobs/${digest}`, endpoint), { headers });
    const hash = createHash("sha256");
    await pipeline(pulled, hash);
    expect(`sha256:${hash.digest("hex")}`).toBe(digest);
    const growth = { push: pushed - before, pull: (await peakRssMib(pid)) - before };
    expect(growth.push, "MiB, while it was pushed").toBeLessThan(ALLOWED_MIB);
    expect(growth.pull, "MiB, until it was pulled").toBeLessThan(ALLOWED_MIB);
  },
  120_000,
);
