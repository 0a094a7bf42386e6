/** Requests that are larger, deeper or more than any should be: refused in AWS's words, in bounded memory. */
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { HostileStage } from "./hostile-stage.fixture.ts";
import { openMany, requestOf, sendRaw } from "./raw-socket.ts";

const MIB = 1024 * 1024;
/** What a test may leave the process larger by: a text of 8 MiB can hold millions of values, which V8 collects later. */
const MARGIN_MIB = 300;
const SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=00";

let stage: HostileStage;
let before: number;
beforeAll(async () => {
  stage = await HostileStage.set();
  await stage.ecr.createRepository({ repositoryName: "web" });
});
afterAll(() => stage.strike());
beforeEach(async () => {
  before = await stage.rssMib();
});
afterEach(async () => {
  expect(await stage.rssMib()).toBeLessThan(before + MARGIN_MIB);
});

function post(body: Buffer, ...headers: string[]): Buffer {
  const own = [
    `Host: ${stage.host}`,
    `Authorization: ${SIGNED}`,
    "Connection: close",
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(requestOf("POST /", ...own, ...headers)), body]);
}

const json = [
  "X-Amz-Target: AmazonEC2ContainerServiceV20141113.ListClusters",
  "Content-Type: application/x-amz-json-1.1",
];

describe("an API request", () => {
  it("of more than 8 MiB is RequestEntityTooLargeException, in the protocol that it speaks", async () => {
    const large = Buffer.alloc(9 * MIB, " ");
    const asJson = await sendRaw(stage.port, post(large, ...json), { forMs: 5_000 });
    expect(asJson.status).toBe(413);
    expect(asJson.text).toContain('{"__type":"RequestEntityTooLargeException"');
    const asForm = await sendRaw(stage.port, post(large), { forMs: 5_000 });
    expect(asForm.text).toMatch(/^HTTP\/1\.1 413 [\s\S]*<Code>RequestEntityTooLargeException<\/Code>/);
  });

  it("is told so by the SDK", async () => {
    const description = "x".repeat(9 * MIB);
    await expect(stage.ecs.createCluster({ clusterName: description })).rejects.toMatchObject({
      name: "RequestEntityTooLargeException",
      $metadata: { httpStatusCode: 413 },
    });
  });

  it("that says nothing of its length is ended as well", async () => {
    const head = requestOf("POST /", `Host: ${stage.host}`, ...json, "Transfer-Encoding: chunked");
    const chunk = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(MIB, 32), Buffer.from("\r\n")]);
    const bytes = Buffer.concat([Buffer.from(head), ...Array.from({ length: 80 }, () => chunk)]);
    expect((await sendRaw(stage.port, bytes, { forMs: 10_000 })).status).toBe(413);
  });

  it("that is compressed is not expanded", async () => {
    const bomb = gzipSync(Buffer.alloc(512 * MIB), { level: 9 });
    const { status, text } = await sendRaw(stage.port, post(bomb, ...json, "Content-Encoding: gzip"));
    expect(status).toBe(400);
    expect(text).toContain("MalformedHttpRequestException");
  });

  it.each([
    ["lists", Buffer.alloc(4 * MIB, "["), "SerializationException"],
    ["lists that end", Buffer.from("[".repeat(2 * MIB) + "]".repeat(2 * MIB)), "SerializationException"],
    ["structures", Buffer.from('{"a":'.repeat(MIB)), "SerializationException"],
  ])("of deep %s is refused", async (_what, body, code) => {
    const page = requestOf(
      "PUT /_localcloud/faults",
      `Host: ${stage.host}`,
      "Connection: close",
      `Content-Length: ${body.length}`,
    );
    const answer = await sendRaw(stage.port, Buffer.concat([Buffer.from(page), body]), { forMs: 5_000 });
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(new RegExp(`${code}|ValidationException`));
  });

  it("of a hundred thousand form fields is refused", async () => {
    const form = Buffer.from(`Action=DescribeLoadBalancers${"&a=b".repeat(100_000)}`);
    const elb = SIGNED.replace("/ecs/", "/elasticloadbalancing/");
    const own = [`Host: ${stage.host}`, `Authorization: ${elb}`, "Connection: close", `Content-Length: ${form.length}`];
    const answer = await sendRaw(stage.port, Buffer.concat([Buffer.from(requestOf("POST /", ...own)), form]));
    expect(answer.text).toMatch(/^HTTP\/1\.1 400 [\s\S]*MalformedQueryString/);
  });

  it.each([
    ["one header", ["X: ".padEnd(20_000, "a")]],
    ["all headers together", Array.from({ length: 40 }, (_, index) => `X-${index}: `.padEnd(1_000, "a"))],
    ["the number of headers", Array.from({ length: 3_000 }, () => "a:")],
  ])("is 431 by %s", async (_what, headers) => {
    expect((await sendRaw(stage.port, requestOf("GET /", `Host: ${stage.host}`, ...headers))).status).toBe(431);
  });

  it("is 431 by its query", async () => {
    const line = `GET /?Action=${"a".repeat(20_000)}`;
    expect((await sendRaw(stage.port, requestOf(line, `Host: ${stage.host}`))).status).toBe(431);
  });
});

it("many large bodies at once, none of which ends, are held to a bound and others are served", {
  timeout: 90_000,
}, async () => {
  const head = requestOf("POST /", `Host: ${stage.host}`, ...json, `Content-Length: ${8 * MIB}`);
  const sockets = await openMany(stage.port, 100, Buffer.concat([Buffer.from(head), Buffer.alloc(8 * MIB - 1)]));
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  await expect.poll(() => sockets.every(({ writableLength }) => writableLength === 0), { timeout: 60_000 }).toBe(true);
  const during = await stage.rssMib();
  expect((await stage.ecs.listClusters({})).clusterArns).toBeDefined();
  expect(during).toBeLessThan(before + 256 + MARGIN_MIB);
  before = during;
});

it("what is sent ahead of its answers is cut off", async () => {
  const request = requestOf("GET /_localcloud/journal", `Host: ${stage.host}`);
  const [socket] = await openMany(stage.port, 1, request.repeat(20_000));
  await expect.poll(() => socket?.resume().destroyed, { timeout: 5_000 }).toBe(true);
});

describe("a page of the local cloud's own", () => {
  it.each([
    ["faults", Array.from({ length: 5_000 }, () => ({ kind: "throttle" }))],
    ["simulation", { images: Array.from({ length: 80_000 }, (_, index) => ({ image: `127.0.0.1/web:${index}` })) }],
  ])("%s takes no more than anybody needs", async (name, body) => {
    const answer = await fetch(`http://${stage.host}/_localcloud/${name}`, {
      method: "PUT",
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
  });

  it("is 413 for more than 8 MiB", async () => {
    const answer = await fetch(`http://${stage.host}/_localcloud/faults`, { method: "PUT", body: "[".padEnd(9 * MIB) });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: "RequestEntityTooLargeException" }]);
  });
});

describe("a manifest", () => {
  const put = (body: string) => stage.registry("PUT", "/v2/web/manifests/v1", { body });

  it("of more than 4 MiB is 413 MANIFEST_INVALID", async () => {
    const answer = await put("{".padEnd(5 * MIB));
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining("MANIFEST_INVALID")]);
  });

  it.each([
    ["depth", "[".repeat(3 * MIB)],
    ["depth that ends", `{"layers":${"[".repeat(MIB)}${"]".repeat(MIB)}}`],
    [
      "layers that are not there",
      JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: { mediaType: "a", digest: `sha256:${"0".repeat(64)}`, size: 1 },
        layers: Array.from({ length: 20_000 }, () => ({ mediaType: "a", digest: `sha256:${"0".repeat(64)}`, size: 1 })),
      }),
    ],
    [
      "children that are not there, itself among them",
      JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.index.v1+json",
        manifests: Array.from({ length: 20_000 }, () => ({
          mediaType: "a",
          digest: `sha256:${"0".repeat(64)}`,
          size: 1,
        })),
      }),
    ],
  ])("is refused for its %s", async (_what, body) => {
    const { status } = await put(body);
    expect([400, 404, 405]).toContain(status);
  });
});
