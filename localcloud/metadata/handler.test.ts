import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { metadataHandler } from "./handler.ts";
import type { ContainerMetadata, TaskMetadata } from "./task-metadata.ts";

const taskArn = "arn:aws:ecs:us-east-1:000000000000:task/demo/8f03e41243824aea923aca126495f665";
const digest = `sha256:${"ab".repeat(32)}`;

const web: ContainerMetadata = {
  name: "web",
  arn: `arn:aws:ecs:us-east-1:000000000000:container/demo/8f03e41243824aea923aca126495f665/b31c78c2`,
  runtimeId: "8f03e41243824aea923aca126495f665-2886439692",
  image: "127.0.0.1:4566/web:1",
  imageDigest: digest,
  desiredStatus: "RUNNING",
  knownStatus: "RUNNING",
  limits: { cpuUnits: 256 },
  createdAt: new Date("2026-01-02T03:04:05.678Z"),
  startedAt: new Date("2026-01-02T03:04:06Z"),
  dockerLabels: { team: "shop" },
  logDriver: "awslogs",
  logOptions: { "awslogs-group": "/ecs/web", "awslogs-stream": "ecs/web/8f03e41243824aea923aca126495f665" },
  health: { status: "HEALTHY", since: new Date("2026-01-02T03:04:16Z") },
  ports: [{ containerPort: 8080, hostPort: 20_123, hostIp: "127.0.0.1" }],
  networkMode: "awsvpc",
  ipv4Addresses: ["127.0.0.1"],
};

const task: TaskMetadata = {
  containerName: "web",
  clusterArn: "arn:aws:ecs:us-east-1:000000000000:cluster/demo",
  taskArn,
  family: "web",
  revision: 42,
  serviceName: "web",
  desiredStatus: "RUNNING",
  knownStatus: "RUNNING",
  limits: { vcpu: 0.25, memoryMib: 512 },
  pullStartedAt: new Date("2026-01-02T03:04:03Z"),
  pullStoppedAt: new Date("2026-01-02T03:04:04Z"),
  availabilityZone: "us-east-1a",
  launchType: "FARGATE",
  containers: [{ ...web, name: "sidecar" }, web],
};

const webDocument = {
  DockerId: "8f03e41243824aea923aca126495f665-2886439692",
  Name: "web",
  DockerName: "web",
  Image: "127.0.0.1:4566/web:1",
  ImageID: digest,
  Labels: {
    team: "shop",
    "com.amazonaws.ecs.cluster": "arn:aws:ecs:us-east-1:000000000000:cluster/demo",
    "com.amazonaws.ecs.container-name": "web",
    "com.amazonaws.ecs.task-arn": taskArn,
    "com.amazonaws.ecs.task-definition-family": "web",
    "com.amazonaws.ecs.task-definition-version": "42",
  },
  DesiredStatus: "RUNNING",
  KnownStatus: "RUNNING",
  Limits: { CPU: 256 },
  CreatedAt: "2026-01-02T03:04:05.678Z",
  StartedAt: "2026-01-02T03:04:06.000Z",
  Type: "NORMAL",
  Health: { status: "HEALTHY", statusSince: "2026-01-02T03:04:16.000Z" },
  LogDriver: "awslogs",
  LogOptions: { "awslogs-group": "/ecs/web", "awslogs-stream": "ecs/web/8f03e41243824aea923aca126495f665" },
  ContainerARN: web.arn,
  Networks: [{ NetworkMode: "awsvpc", IPv4Addresses: ["127.0.0.1"] }],
};

let server: Server;
let base: string;
let tasks: Record<string, TaskMetadata>;

beforeEach(async () => {
  tasks = { "one-token": task };
  server = createServer(metadataHandler((token) => tasks[token]));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function ask(path: string, method = "GET"): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(base + path, { method, headers: { connection: "close" } });
  return { status: answer.status, body: await answer.json() };
}

describe("the task metadata endpoint", () => {
  it("describes the container that asks", async () => {
    expect(await ask("/v4/one-token")).toEqual({ status: 200, body: webDocument });
  });

  it("describes its task on Fargate", async () => {
    expect(await ask("/v4/one-token/task?format=json")).toEqual({
      status: 200,
      body: {
        Cluster: "arn:aws:ecs:us-east-1:000000000000:cluster/demo",
        TaskARN: taskArn,
        Family: "web",
        Revision: "42",
        DesiredStatus: "RUNNING",
        KnownStatus: "RUNNING",
        Limits: { CPU: 0.25, Memory: 512 },
        PullStartedAt: "2026-01-02T03:04:03.000Z",
        PullStoppedAt: "2026-01-02T03:04:04.000Z",
        AvailabilityZone: "us-east-1a",
        LaunchType: "FARGATE",
        Containers: [expect.objectContaining({ Name: "sidecar" }), webDocument],
      },
    });
  });

  it("describes a task on EC2 by the cluster's name, with service and ports", async () => {
    tasks = { other: { ...task, launchType: "EC2", limits: {} } };
    const { body } = await ask("/v4/other/task");
    expect(body).toMatchObject({
      Cluster: "demo",
      ServiceName: "web",
      LaunchType: "EC2",
      Containers: [
        {},
        {
          DockerName: "ecs-web-42-web-8f03e41243824aea923aca126495f665-2886439692",
          Ports: [{ ContainerPort: 8080, Protocol: "tcp", HostPort: 20_123, HostIp: "127.0.0.1" }],
          Labels: { "com.amazonaws.ecs.cluster": "demo" },
        },
      ],
    });
    expect(body).not.toHaveProperty("Limits");
  });

  it("leaves out what is not known yet", async () => {
    const { name, arn, runtimeId, image, desiredStatus, networkMode, ipv4Addresses } = web;
    const created = { name, arn, runtimeId, image, desiredStatus, networkMode, ipv4Addresses, knownStatus: "PULLED" };
    tasks = { fresh: { ...task, containers: [created] } };
    const { body } = await ask("/v4/fresh");
    expect(Object.keys(body as object)).toEqual(
      "DockerId Name DockerName Image Labels DesiredStatus KnownStatus Type ContainerARN Networks".split(" "),
    );
  });

  it.each([
    [
      "/v4/none",
      "V4 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: none",
    ],
    [
      "/v4/none/task",
      "V4 task metadata handler: unable to get task ARN from request: unable to get task Arn from v3 endpoint ID: none",
    ],
    ["/v4/one-token/stats", "404 page not found"],
    ["/v4/", "404 page not found"],
    ["/v3/one-token", "404 page not found"],
  ])("answers 404 to %s", async (path, body) => {
    expect(await ask(path)).toEqual({ status: 404, body });
  });

  it("answers GET only", async () => {
    expect((await ask("/v4/one-token", "POST")).status).toBe(404);
  });
});
