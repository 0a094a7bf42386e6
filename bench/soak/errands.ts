/** The load of a soak: each errand is run again and again until the soak ends, and throws where anything but the expected came. */
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CLUSTER, clientConfig, REPOSITORY, SERVICE } from "../../demo/bootstrap.ts";
import type { Stage } from "../../tests/e2e/stage.fixture.ts";

export type Errand = () => Promise<void>;

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const MIB = 1024 * 1024;
/** Layers stay until the local cloud ends: always the same few, or the disk would be what is soaked. */
const LAYERS = Array.from({ length: 4 }, (_, index) => randomBytes((index + 1) * MIB));
const INJECTED = "ListTaskDefinitionFamilies";
const INJECTED_COUNT = 3;
/** A connection that is kept would count as one that was left open. */
const CLOSE = { connection: "close" };

export interface SoakClients {
  readonly ecs: ECS;
  readonly ecr: ECR;
  readonly elb: ElasticLoadBalancingV2;
}

/**
 * They try once, so that every failure is seen, each time on a connection of its own: a kept one that both sides close
 * in the same moment is no failure of anybody's, and on a busy machine that happens. The traffic keeps its connections.
 */
export function soakClients(stage: Stage): SoakClients {
  const requestHandler = { httpAgent: { keepAlive: false } };
  const config = { ...clientConfig(stage.cloud.endpoint), maxAttempts: 1, requestHandler };
  return { ecs: new ECS(config), ecr: new ECR(config), elb: new ElasticLoadBalancingV2(config) };
}

/** Reads, as consoles and pipelines make them. */
export function reads({ ecs, ecr, elb }: SoakClients): Errand {
  return async () => {
    const { taskArns: tasks = [] } = await ecs.listTasks({ cluster: CLUSTER });
    if (tasks.length > 0) await ecs.describeTasks({ cluster: CLUSTER, tasks: tasks.slice(0, 100) });
    await ecs.describeServices({ cluster: CLUSTER, services: [SERVICE] });
    const { TargetGroups: [group] = [] } = await elb.describeTargetGroups({});
    await elb.describeTargetHealth({ TargetGroupArn: group?.TargetGroupArn });
    await ecr.describeImages({ repositoryName: REPOSITORY });
    await sleep(100);
  };
}

/** A push, the pull of it, and its deletion. */
export function pushes(stage: Stage, { ecr }: SoakClients): Errand {
  let round = 0;
  return async () => {
    const { authorizationData: [given] = [] } = await ecr.getAuthorizationToken({});
    const headers = { ...CLOSE, authorization: `Basic ${given?.authorizationToken}` };
    const base = `${stage.cloud.endpoint}/v2/${REPOSITORY}`;
    const layer = LAYERS[round++ % LAYERS.length] ?? Buffer.of();
    const [config, digest] = [await push(base, headers, Buffer.from("{}")), await push(base, headers, layer)];
    const descriptor = (of: string, size: number) => ({ mediaType: "application/octet-stream", digest: of, size });
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: descriptor(config, 2),
      layers: [descriptor(digest, layer.length)],
    };
    const imageTag = `soak-${round}`;
    const put = { method: "PUT", body: JSON.stringify(manifest), headers: { ...headers, "content-type": MANIFEST } };
    await expectStatus(201, await fetch(`${base}/manifests/${imageTag}`, put));
    const pulled = await fetch(`${base}/blobs/${digest}`, { headers });
    if (digestOf(Buffer.from(await pulled.arrayBuffer())) !== digest) throw new Error("A layer came back as another.");
    await ecr.batchDeleteImage({ repositoryName: REPOSITORY, imageIds: [{ imageTag }] });
    await sleep(200);
  };
}

/** Clients that go away in the middle of what they asked for: of an upload, a pull, a call, an answer. */
export function aborts(stage: Stage, { ecr }: SoakClients): Errand {
  const { hostname, port, host } = new URL(stage.cloud.endpoint);
  const target = new URL(stage.url);
  return async () => {
    const { authorizationData: [given] = [] } = await ecr.getAuthorizationToken({});
    const authorization = `Authorization: Basic ${given?.authorizationToken}`;
    const head = (line: string, ...headers: string[]) =>
      [`${line} HTTP/1.1`, `Host: ${host}`, authorization, ...headers, "", ""].join("\r\n");
    const digest = digestOf(LAYERS[0] ?? Buffer.of());
    await Promise.all([
      abort(
        Number(port),
        hostname,
        head(`POST /v2/${REPOSITORY}/blobs/uploads/?digest=${digest}`, "Content-Length: 1000000000"),
        MIB,
      ),
      abort(Number(port), hostname, head(`GET /v2/${REPOSITORY}/blobs/${digest}`), 0),
      abort(Number(port), hostname, head("POST /", "Content-Length: 1000"), 10),
      abort(Number(target.port), target.hostname, head("GET /"), 0),
      abort(Number(target.port), target.hostname, head("POST /", "Content-Length: 1000000"), 1000),
      abort(Number(port), hostname, "GET / HTTP/1.1\r\nX: ", 0),
    ]);
    await sleep(100);
  };
}

/** Injected faults, each met exactly as often as was asked for. @returns the errand, and how many were met. */
export function faults(stage: Stage, { ecs }: SoakClients): { errand: Errand; met: () => number } {
  let met = 0;
  const errand = async () => {
    const fault = { kind: "throttle", service: "ecs", operations: [INJECTED], count: INJECTED_COUNT };
    await expectStatus(
      200,
      await fetch(`${stage.cloud.endpoint}/_localcloud/faults`, {
        method: "PUT",
        headers: CLOSE,
        body: JSON.stringify([fault]),
      }),
    );
    for (let call = 0; call <= INJECTED_COUNT; call++) {
      const code = await ecs.listTaskDefinitionFamilies({}).then(
        () => "none",
        (error: Error) => error.name,
      );
      const wanted = call < INJECTED_COUNT ? "ThrottlingException" : "none";
      if (code !== wanted) throw new Error(`${INJECTED} was answered ${code}, not ${wanted}.`);
      if (code !== "none") met += 1;
    }
    await sleep(500);
  };
  return { errand, met: () => met };
}

/** One release after the other, by the built CLI. @returns the errand, and how many there were. */
export function deployments(stage: Stage, images: readonly string[]): { errand: Errand; made: () => number } {
  let made = 0;
  const errand = async () => {
    const { result, talk } = await stage.deploy(images[(made + 1) % images.length] ?? "");
    if (result.outcome === "deployed") made += 1;
    else throw new Error(`A deployment ended as ${result.outcome}: ${talk}`);
  };
  return { errand, made: () => made };
}

async function push(base: string, headers: Record<string, string>, bytes: Buffer): Promise<string> {
  const digest = digestOf(bytes);
  const answer = await fetch(`${base}/blobs/uploads/?digest=${digest}`, {
    method: "POST",
    headers,
    body: new Uint8Array(bytes),
  });
  await expectStatus(201, answer);
  return digest;
}

async function expectStatus(status: number, answer: Response): Promise<void> {
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${answer.url} was answered ${answer.status}: ${text}`);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function abort(port: number, host: string, head: string, bodyBytes: number): Promise<void> {
  const socket = connect(port, host).on("error", () => {});
  socket.write(head);
  if (bodyBytes > 0) socket.write(Buffer.alloc(bodyBytes));
  await sleep(20);
  socket.destroy();
}
