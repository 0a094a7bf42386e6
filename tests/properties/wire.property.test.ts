/** The local cloud's one port, spoken to by who does not know how: it answers in AWS's words, and goes on. */
import { request } from "node:http";
import { resolve } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalCloud, startLocalCloud } from "../../localcloud/local-cloud.ts";
import { formOf, inputOf, operations, withLearnt } from "./api-inputs.ts";
import { hostileBytes, hostileJson } from "./hostile.ts";
import { runs } from "./runs.ts";
import { call, type SignedCall } from "./signed-call.ts";

const apis = await operations();
const bugs: unknown[] = [];
let cloud: LocalCloud;
let arns: string[] = [];
beforeAll(async () => {
  const reaperEntry = resolve("localcloud/runtime/reaper/main.ts");
  const onBug = (error: unknown, what: string) => bugs.push(new Error(what, { cause: error }));
  cloud = await startLocalCloud({ port: 0, reaperEntry, runtime: "simulated", onBug });
});

/** What calls can be about. What is there already is refused, which is all the same. */
async function setStage(): Promise<void> {
  const definition = { family: "web", containerDefinitions: [{ name: "web", image: "web:1", memory: 128 }] };
  const trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}';
  const subnets = cloud.network.subnets.map(({ subnetId }) => subnetId);
  const json: readonly (readonly [service: string, operation: string, input: object])[] = [
    ["ecr", "CreateRepository", { repositoryName: "web" }],
    ["ecs", "CreateCluster", { clusterName: "demo" }],
    ["ecs", "CreateCluster", {}],
    ["ecs", "RegisterTaskDefinition", definition],
    ["ecs", "CreateService", { cluster: "demo", serviceName: "web", taskDefinition: "web", desiredCount: 1 }],
    ["logs", "CreateLogGroup", { logGroupName: "web" }],
    ["logs", "CreateLogStream", { logGroupName: "web", logStreamName: "web" }],
    ["secretsmanager", "CreateSecret", { Name: "web", SecretString: "x" }],
    ["ssm", "PutParameter", { Name: "/web/db", Value: "x", Type: "String" }],
  ];
  const form: readonly (readonly [service: string, operation: string, input: object])[] = [
    ["iam", "CreateRole", { RoleName: "web", AssumeRolePolicyDocument: trust }],
    ["elasticloadbalancing", "CreateLoadBalancer", { Name: "web", Subnets: subnets }],
    [
      "elasticloadbalancing",
      "CreateTargetGroup",
      { Name: "web", TargetType: "ip", Protocol: "HTTP", Port: 80, VpcId: cloud.network.vpcId },
    ],
  ];
  for (const [service, operation, input] of json)
    await learn(await call(cloud.endpoint, { service, operation, protocol: "json", body: JSON.stringify(input) }));
  for (const [service, operation, input] of form)
    await learn(
      await call(cloud.endpoint, { service, operation, protocol: "form", body: formOf(service, operation, input) }),
    );
}

/** Keeps the ARNs of an answer for later calls. */
async function learn(answer: Response): Promise<string> {
  const text = await answer.text();
  const found = answer.ok ? (text.match(/arn:aws:[^"<\s]{10,200}/g) ?? []) : [];
  arns = [...new Set([...arns, ...found])].slice(-10);
  return text;
}
afterAll(async () => {
  await cloud.close();
  expect(bugs).toEqual([]);
});

/** What any AWS service answers: the status, and an error in its protocol's form. */
async function answered(given: SignedCall): Promise<void> {
  const body = typeof given.body === "string" ? withLearnt(given.body, arns) : given.body;
  const answer = await call(cloud.endpoint, { ...given, body });
  const text = await learn(answer);
  const [bug] = bugs.splice(0);
  if (bug !== undefined) throw bug;
  expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  if (answer.status === 200) return;
  expect(answer.status === 501 || (answer.status >= 400 && answer.status < 500), text).toBe(true);
  if (given.protocol === "json")
    expect(JSON.parse(text)).toMatchObject({
      __type: expect.stringMatching(/^[A-Za-z.]+$/),
      message: expect.any(String),
    });
  else expect(text).toMatch(/<Code>[A-Za-z.]+<\/Code><Message>[^<]+<\/Message>/);
}

const api = fc.constantFrom(...apis);

describe("every operation of every service (properties)", () => {
  it("answers an input that nearly fits", async () => {
    const calls = api.chain(({ service, protocol, operation, input }) =>
      inputOf(input).map((value): SignedCall => {
        const body = protocol === "json" ? JSON.stringify(value) : formOf(service, operation, value);
        return { service, protocol, operation, body };
      }),
    );
    let made = 0;
    const nearly = fc.asyncProperty(calls, async (given) => {
      // Calls delete as well.
      if (made++ % 50 === 0) await setStage();
      await answered(given);
    });
    await fc.assert(nearly, runs(500));
  });

  it("answers any bytes", async () => {
    const bytes = fc.oneof(
      hostileBytes(
        "Action=DescribeServices&",
        "Names.member.1=a",
        "a.".repeat(30),
        "&".repeat(200),
        '{"services":["web"]}',
        '{"cluster":',
      ),
      hostileJson("cluster", "services", "tags", "family", "containerDefinitions", "name").map((text) =>
        Buffer.from(text),
      ),
    );
    const calls = fc.tuple(api, bytes).map(([{ service, protocol, operation }, given]): SignedCall => {
      const body = protocol === "json" ? given : Buffer.concat([Buffer.from(`Action=${operation}&`), given]);
      return { service, protocol, operation, body };
    });
    await fc.assert(fc.asyncProperty(calls, answered), runs(200));
  });
});

/** Sends what `fetch` would not. @returns the status @throws {Error} where there is no answer */
function send(method: string, path: string, headers: Readonly<Record<string, string>>, body: Buffer): Promise<number> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(cloud.endpoint);
    const measured = { ...headers, "content-length": body.length };
    const sent = request({ hostname, port, method, path, headers: measured, agent: false }, (response) => {
      response.resume().once("close", () => done(response.statusCode ?? 0));
    });
    sent.setTimeout(10_000, () => sent.destroy(new Error("no answer")));
    sent.once("error", fail);
    sent.end(body);
  });
}

describe("the port (properties)", () => {
  const name = fc.stringMatching(/^[\x21-\x7e]{0,12}$/).filter((text) => !/[\s#?]/.test(text));
  const paths = fc.oneof(
    fc.constantFrom(
      "/",
      "//",
      "/?Action=GetCallerIdentity",
      "/?%",
      "/v2/",
      "/v2/_catalog?n=x&last=%00",
      "/v2/web/manifests/1",
      "/v2/web/blobs/uploads/",
      "/v2/../../etc/passwd",
      "/v4/x/task",
      "/credentials/x",
      "/_localcloud/journal",
      "/constructor",
      "/__proto__/x",
      `/${"a/".repeat(2_000)}`,
    ),
    fc
      .tuple(fc.constantFrom("v2", "v4", "credentials", "_localcloud", ""), fc.array(name, { maxLength: 4 }))
      .map(([mount, steps]) => `/${[mount, ...steps].join("/")}`),
  );
  const scope = "Credential=test/20260101/us-east-1/ecs/aws4_request";
  const header = fc.oneof(
    fc.constantFrom(
      "AWS4-HMAC-SHA256 ",
      `AWS4-HMAC-SHA256 ${scope}`,
      `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`,
      `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=__proto__;constructor, Signature=\u00e9`,
      "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;, Signature=",
      `AWS4-HMAC-SHA256 ${"Credential=,".repeat(500)}`,
      "Basic QVdTOng=",
      "Basic ====",
      "Bearer x",
      "20260101T000000Z",
      "99999999T999999Z",
      "X.ListClusters",
      "__proto__",
      "bytes=0-",
      "bytes=-1-2",
      "0-5",
      "chunked",
      "sha256:0",
    ),
    fc.stringMatching(/^[\x20-\x7e]{0,40}$/),
  );
  const headers = fc.dictionary(
    fc.constantFrom(
      "authorization",
      "x-amz-date",
      "x-amz-target",
      "x-amz-security-token",
      "content-type",
      "range",
      "content-range",
      "accept",
      "docker-content-digest",
    ),
    header,
    { maxKeys: 4 },
  );
  const methods = fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "PROPFIND");

  it("answers any request", async () => {
    await fc.assert(
      fc.asyncProperty(methods, paths, headers, hostileBytes("{}", "[]", "a=b&"), async (method, path, given, body) => {
        const status = await send(method, path, given, body);
        const [bug] = bugs.splice(0);
        if (bug !== undefined) throw bug;
        expect(status === 501 || status < 500, `${method} ${path}: ${status}`).toBe(true);
      }),
      runs(300),
    );
  });

  it("answers any body on the local cloud's own pages", async () => {
    const members = [
      "kind",
      "throttle",
      "reset",
      "service",
      "ecs",
      "operations",
      "rate",
      "seed",
      "count",
      "images",
      "image",
      "pullSeconds",
      "exitsAfterSeconds",
      "findings",
      "repositoryName",
      "severity",
    ];
    const page = fc.constantFrom("faults", "simulation", "scan-findings");
    await fc.assert(
      fc.asyncProperty(
        page,
        fc.oneof(
          hostileBytes('[{"kind":"latency","ms":1}]'),
          hostileJson(...members).map((text) => Buffer.from(text)),
        ),
        async (name, body) => {
          const status = await send("PUT", `/_localcloud/${name}`, {}, body);
          await send("DELETE", "/_localcloud/faults", {}, Buffer.alloc(0));
          const [bug] = bugs.splice(0);
          if (bug !== undefined) throw bug;
          expect([200, 400, 413]).toContain(status);
        },
      ),
      runs(200),
    );
  });
});
