/** What the images' containers do, as scripts of the simulated runtime. */
import type { RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import type { Image, Revision } from "./steps.ts";

const SCRIPTS: Readonly<Record<Image, object>> = {
  good: { startSeconds: 1, stopSeconds: 1 },
  slow: { pullSeconds: [5, 20], startSeconds: [0, 10], healthyAfterSeconds: [10, 60], stopSeconds: [0, 40] },
  missing: { cannotPull: "pull image manifest has been retried 7 time(s): failed to resolve ref missing: not found" },
  // Ends before it is healthy: ECS waits longer and longer before it starts the next one.
  crashes: { healthyAfterSeconds: 10, exitsAfterSeconds: 1 },
  "crashes-late": { exitsAfterSeconds: [60, 90] },
  sick: { unhealthyAfterSeconds: 0 },
  fades: { unhealthyAfterSeconds: [90, 200] },
  flaky: { startSeconds: [0, 3], healthyAfterSeconds: [0, 30], exitsAfterSeconds: [1, 120], exitCode: 0 },
};

/** Besides the image that the revision is about. */
const COMPANION = "companion";

export const script = images((image) => SCRIPTS[image]);

/** Every image is good: somebody has mended them. */
export const mended = images(() => SCRIPTS.good);

function images(scriptOf: (image: Image) => object): object {
  const named = (Object.keys(SCRIPTS) as Image[]).map((image) => ({ image, ...scriptOf(image) }));
  return { seed: 4, images: [...named, { image: COMPANION }] };
}

export const CONTAINER = "web";
export const PORT = 80;

const CHECK = { command: ["CMD-SHELL", "true"], interval: 15, retries: 2 };

export function taskDefinition({ image, healthCheck, besides }: Revision): RegisterTaskDefinitionRequest {
  const companion = {
    name: "companion",
    image: COMPANION,
    essential: besides === "dependency",
    // Without a start timeout, a task waits for ever for a dependency that has become unhealthy.
    ...(besides === "dependency" ? { healthCheck: CHECK, startTimeout: 60 } : {}),
  };
  const main = {
    name: CONTAINER,
    image,
    portMappings: [{ containerPort: PORT }],
    ...(healthCheck ? { healthCheck: CHECK } : {}),
    ...(besides === "dependency" ? { dependsOn: [{ containerName: "companion", condition: "HEALTHY" as const }] } : {}),
  };
  return {
    family: "model",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: besides === "nothing" ? [main] : [main, companion],
  };
}
