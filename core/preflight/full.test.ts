import type { Service } from "@aws-sdk/client-ecs";
import type { GetRoleCommandOutput } from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { awsError, deployment, type Script, scriptedAws, service } from "../deployment/scripted-aws.fixture.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { JsonObject } from "../platform/json.ts";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { fullPreflight } from "./full.ts";

const host = "000000000000.dkr.ecr.us-east-1.amazonaws.com";
const targetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/web/1";
const balanced = { loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 80 }] };

function role(principal: string): GetRoleCommandOutput {
  const Statement = [{ Effect: "Allow", Principal: { Service: principal }, Action: "sts:AssumeRole" }];
  const AssumeRolePolicyDocument = encodeURIComponent(JSON.stringify({ Version: "2012-10-17", Statement }));
  return { Role: { AssumeRolePolicyDocument } as never, $metadata: {} };
}

const taskDefinition = {
  family: "web",
  networkMode: "awsvpc",
  taskRoleArn: "arn:aws:iam::0:role/web-task",
  executionRoleArn: "arn:aws:iam::0:role/path/web-execution",
  containerDefinitions: [
    { name: "web", image: `${host}/web:1`, portMappings: [{ containerPort: 80 }] },
    { name: "proxy", image: `${host}/web:2` },
    { name: "log", image: "public.ecr.aws/log:1" },
  ],
};

const good: Partial<Script> = {
  roles: { "web-task": role("ecs-tasks.amazonaws.com"), "web-execution": role("ecs-tasks.amazonaws.com") },
  targetGroups: [{ TargetGroupName: "web", TargetType: "ip", LoadBalancerArns: ["lb"], HealthCheckEnabled: true }],
};

const index = (...architectures: string[]) =>
  JSON.stringify({ manifests: architectures.map((architecture) => ({ platform: { os: "linux", architecture } })) });

async function check({
  script = {},
  definition = {},
  settings = balanced,
  manifests = { "1": index("amd64"), "2": "{}" },
  rewire = (clients) => clients,
}: {
  script?: Partial<Script>;
  definition?: JsonObject;
  settings?: Partial<Service>;
  manifests?: Readonly<Record<string, string>>;
  rewire?: (clients: Clients) => Clients;
} = {}) {
  const web = service([deployment("1", "web:42")], settings);
  const aws = scriptedAws({ before: web, ...good, ...script }, new JumpingClock(0));
  const batchGetImage: Clients["ecr"]["batchGetImage"] = async (input) => {
    await aws.clients.ecr.batchGetImage(input);
    const images = (input.imageIds ?? []).flatMap((imageId) => {
      const imageManifest = manifests[imageId.imageTag ?? ""];
      return imageManifest === undefined ? [] : [{ imageId, imageManifest }];
    });
    return { images, $metadata: {} };
  };
  const notes: string[] = [];
  const clients = rewire({ ...aws.clients, ecr: { ...aws.clients.ecr, batchGetImage } });
  const subject = { cluster: "ecs-demo", services: [web], taskDefinition: { ...taskDefinition, ...definition } };
  const options = { signal: new AbortController().signal, note: (line: string) => void notes.push(line) };
  const failure = await fullPreflight(clients, subject, options).then(
    () => undefined,
    (error: Error) => error,
  );
  return { failure, notes, operations: aws.operations() };
}

describe("preflight: full", () => {
  it("finds nothing where all is as it must be, by one call for each thing", async () => {
    const { failure, notes, operations } = await check();
    expect({ failure, notes }).toEqual({ failure: undefined, notes: [] });
    expect([...operations].sort()).toEqual([
      "BatchGetImage",
      "DescribeClusters",
      "DescribeTargetGroups",
      "GetRole",
      "GetRole",
    ]);
  });

  it("makes no seventh call, and says what it did not look at", async () => {
    const containerDefinitions = [1, 2, 3, 4].map((n) => ({ name: `c${n}`, image: `${host}/r${n}:1` }));
    const { notes, operations } = await check({ definition: { containerDefinitions }, settings: {} });
    expect(operations).toHaveLength(6);
    expect(notes).toEqual(["preflight: the images of 1 more repository were not checked"]);
  });

  it.each<[string, Parameters<typeof check>[0], string]>([
    [
      "a role that is not there",
      { script: { roles: { "web-task": role("ecs-tasks.amazonaws.com") } } },
      "role arn:aws:iam::0:role/path/web-execution does not exist",
    ],
    [
      "a role for somebody else",
      { script: { roles: { ...good.roles, "web-task": role("ec2.amazonaws.com") } } },
      "the trust policy of role arn:aws:iam::0:role/web-task does not name ecs-tasks.amazonaws.com",
    ],
    ["an image that is not there", { manifests: { "1": "{}" } }, `image ${host}/web:2 does not exist`],
    [
      "an image for another platform",
      { manifests: { "1": index("arm64"), "2": "{}" } },
      `image ${host}/web:1 is for linux/arm64, the task needs linux/amd64`,
    ],
    [
      "a target group of the wrong type",
      { script: { targetGroups: [{ TargetGroupName: "web", TargetType: "instance", LoadBalancerArns: ["lb"] }] } },
      "target group web takes targets of type instance, the network mode awsvpc gives ip",
    ],
    [
      "a port that nothing maps",
      { settings: { loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 81 }] } },
      "sends requests to port 81 of container web, which has no port mapping for it",
    ],
    [
      "a container that is not there",
      { settings: { loadBalancers: [{ targetGroupArn, containerName: "app", containerPort: 80 }] } },
      "sends requests to container app, which the task definition does not have",
    ],
  ])("refuses %s", async (_what, options, words) => {
    const { failure } = await check(options);
    expect(failure).toMatchObject({
      code: "PREFLIGHT_FAILED",
      remedy: expect.stringMatching(/Nothing was registered or updated\.$/),
    });
    expect(failure?.message).toContain(words);
  });

  it("lists all that is wrong at once", async () => {
    const { failure } = await check({ script: { roles: {} }, manifests: {} });
    expect(failure?.message.split("; ")).toHaveLength(4);
  });

  it("takes an index with the wanted platform, and a range of ports", async () => {
    const definition = {
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      containerDefinitions: [{ name: "web", image: `${host}/web:1`, portMappings: [{ containerPortRange: "79-90" }] }],
    };
    expect(await check({ definition, manifests: { "1": index("amd64", "arm64") } })).toMatchObject({
      failure: undefined,
    });
  });

  it("only warns of what works without being right", async () => {
    const targetGroups = [{ TargetGroupName: "web", TargetType: "ip" as const, HealthCheckEnabled: false }];
    const { failure, notes } = await check({ script: { targetGroups } });
    expect(failure).toBeUndefined();
    expect(notes).toEqual([
      "preflight: no listener sends requests to target group web",
      "preflight: target group web checks no health: a broken task counts as healthy",
    ]);
  });

  it("degrades to one note for each call that is denied", async () => {
    const denied = async () => Promise.reject(awsError("AccessDeniedException", "no"));
    const rewire = (clients: Clients): Clients => ({
      ...clients,
      ecs: { ...clients.ecs, describeClusters: denied },
      ecr: { ...clients.ecr, batchGetImage: denied },
      elb: { ...clients.elb, describeTargetGroups: denied },
      iam: { getRole: denied },
    });
    const { failure, notes } = await check({ rewire });
    expect(failure).toBeUndefined();
    expect([...new Set(notes)].sort()).toEqual([
      "preflight: ecr:BatchGetImage is not allowed",
      "preflight: ecs:DescribeClusters is not allowed",
      "preflight: elasticloadbalancing:DescribeTargetGroups is not allowed",
      "preflight: iam:GetRole is not allowed",
    ]);
    expect(notes).toHaveLength(4);
  });
});
