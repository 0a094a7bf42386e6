import type { Service, Task } from "@aws-sdk/client-ecs";
import { serviceTasks } from "../diagnosis/stopped-tasks.ts";
import { targetHealth } from "../diagnosis/targets.ts";
import { lastOfArn } from "../platform/arn.ts";
import type { Clients } from "../platform/aws/clients.ts";
import { optional } from "../platform/aws/failures.ts";
import type { JsonObject } from "../platform/json.ts";
import { containersOf } from "../task-definition/render.ts";
import type { PinnedDeployment } from "./strategy.ts";

/** Whether what runs is what was deployed: read from the running tasks and the load balancer, not from ECS's verdict. */
export interface Proof {
  readonly status: "proved" | "contradicted" | "not-checked";
  /** What was found, or what is missing to look. */
  readonly reason: string;
}

interface Subject {
  readonly pinned: PinnedDeployment;
  readonly service: Service;
  readonly taskDefinition: JsonObject;
}

/**
 * Compares the image digests of the deployment's running tasks with the digests that the task definition asks for, and
 * looks for unhealthy targets among those tasks. Only containers of the task definition that name a digest count: a
 * tag may mean anything by now, and sidecars that AWS injects are not ours.
 */
export async function proveDeployment(clients: Clients, subject: Subject, signal: AbortSignal): Promise<Proof> {
  const missing: string[] = [];
  const options = { signal, note: (line: string) => void missing.push(line) };
  const { pinned, service, taskDefinition } = subject;
  const expected = expectedDigests(taskDefinition);
  if (expected.size === 0) return notChecked("no image is given by its digest");
  const running = await serviceTasks(clients.ecs, pinned.name, "RUNNING", options);
  if (running === undefined) return notChecked(missing.join(", "));
  const ours = running.filter((task) => task.startedBy === pinned.id && task.lastStatus === "RUNNING");
  if (ours.length === 0)
    return notChecked(service.desiredCount === 0 ? "the desired count is 0" : "no running task was found");
  for (const container of ours.flatMap((task) => differing(task, expected))) {
    const proof = await explainDifference(clients, container, options);
    if (proof !== undefined) return missing.length === 0 ? proof : { ...proof, reason: missing.join(", ") };
  }
  return proveTargets(clients, service, ours, options);
}

/** The containers whose digest can be expected to run, with what their image says. */
function expectedDigests(taskDefinition: JsonObject): ReadonlyMap<string, ExpectedImage> {
  const expected = new Map<string, ExpectedImage>();
  for (const { name, image, versionConsistency } of containersOf(taskDefinition)) {
    if (typeof name !== "string" || typeof image !== "string" || versionConsistency === "disabled") continue;
    const [repository = "", digest] = image.split("@");
    if (digest !== undefined) expected.set(name, { repository, digest });
  }
  return expected;
}

interface ExpectedImage {
  readonly repository: string;
  readonly digest: string;
}

interface DifferingContainer {
  readonly name: string;
  readonly taskId: string;
  readonly expected: ExpectedImage;
  /** What the task shows to run. */
  readonly digest: string | undefined;
}

function differing(task: Task, expected: ReadonlyMap<string, ExpectedImage>): readonly DifferingContainer[] {
  return (task.containers ?? []).flatMap(({ name = "", imageDigest: digest }) => {
    const image = expected.get(name);
    if (image === undefined || image.digest === digest) return [];
    return [{ name, taskId: lastOfArn(task.taskArn ?? ""), expected: image, digest }];
  });
}

/** `undefined` where the container runs the expected index's manifest for its platform after all. */
async function explainDifference(
  clients: Pick<Clients, "ecr">,
  { name, taskId, expected, digest }: DifferingContainer,
  options: Options,
): Promise<Proof | undefined> {
  if (digest === undefined) return notChecked(`container ${name} shows no digest`);
  const manifest = await readManifest(clients, expected, options);
  if (manifest === undefined) return notChecked(`the manifest ${expected.digest} cannot be read`);
  if (manifest.includes(`"${digest}"`)) return undefined;
  return {
    status: "contradicted",
    reason: `container ${name} of task ${taskId} runs ${digest}, not ${expected.digest}`,
  };
}

const manifestMediaTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

async function readManifest(
  clients: Pick<Clients, "ecr">,
  { repository, digest }: ExpectedImage,
  { signal, note }: Options,
): Promise<string | undefined> {
  const [, ...path] = repository.split("/");
  const input = {
    repositoryName: path.join("/"),
    imageIds: [{ imageDigest: digest }],
    acceptedMediaTypes: manifestMediaTypes,
  };
  const answer = await optional("ecr:BatchGetImage", clients.ecr.batchGetImage(input, { signal }), note);
  return answer?.images?.[0]?.imageManifest;
}

/** Other services may share a target group: only addresses of the deployment's own tasks speak against it. */
async function proveTargets(
  clients: Pick<Clients, "elb">,
  service: Service,
  tasks: readonly Task[],
  options: Options,
): Promise<Proof> {
  const missing: string[] = [];
  const health = await targetHealth(clients.elb, service, { ...options, note: (line) => void missing.push(line) });
  if (health === undefined) return notChecked(`running digest proved, targets not: ${missing.join(", ")}`);
  const own = new Set(tasks.flatMap(addressesOf));
  const unhealthy = [...health.values()].flat().filter(({ TargetHealth }) => TargetHealth?.State === "unhealthy");
  const against = unhealthy.find(({ Target }) => own.has(Target?.Id ?? ""));
  if (against === undefined) return { status: "proved", reason: "running digest proved" };
  return { status: "contradicted", reason: `target ${against.Target?.Id}:${against.Target?.Port} is unhealthy` };
}

function addressesOf(task: Task): string[] {
  const interfaces = (task.containers ?? []).flatMap(({ networkInterfaces }) => networkInterfaces ?? []);
  return interfaces.flatMap(({ privateIpv4Address }) => privateIpv4Address ?? []);
}

interface Options {
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

function notChecked(reason: string): Proof {
  return { status: "not-checked", reason };
}
