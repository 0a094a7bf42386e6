/** Several services at once, of which not all get there. */
import { expect } from "vitest";
import type { Failure } from "./failure.ts";

interface OfSeveral {
  readonly service: string;
  readonly outcome: string;
  readonly deploymentId?: string;
  readonly error?: { readonly message: string; readonly remedy: string };
}

const flags = ["--wait-until", "deployed"];

export const severalFailures: readonly Failure[] = [
  {
    name: "several services, one of them fails",
    runtimes: ["simulated"],
    speed: 10,
    release: async (stage) => {
      await stage.others.createService("worker", "ecs-demo:2", { minimumHealthyPercent: 100, maximumPercent: 100 });
      await stage.others.completed("worker");
      return { image: await stage.image("2.0.0"), services: ["web", "worker"], flags };
    },
    seen: {
      outcome: "rolled-back",
      exitCode: 1,
      cause: "deployment-configuration",
      why: /unable to stop or start tasks/,
      fix: /of service worker$/,
      now: /^✔ deployed in .* {4}web$[\s\S]*^✖ rolled-back after .* {4}worker$[\s\S]*^now .*ecs-demo:2: 1 of 1 running/m,
      mutating: ["RegisterTaskDefinition", "UpdateService", "UpdateService", "StopServiceDeployment"],
    },
  },
  {
    name: "several services, one of them cannot be updated",
    runtimes: ["simulated"],
    speed: 10,
    release: async (stage) => {
      await stage.others.createService("worker", "ecs-demo:2");
      await stage.others.completed("worker");
      await stage.faults({ kind: "access-denied", operations: ["UpdateService"], after: 1, count: 1 });
      return { image: await stage.image("2.0.0"), services: ["web", "worker"], flags };
    },
    seen: {
      outcome: "failed",
      exitCode: 1,
      why: /^ecs:UpdateService: AccessDeniedException/,
      fix: /^Allow ecs:UpdateService .*\. ecs-demo:3 was registered; the service was not changed\.$/,
      now: /^✔ deployed in .* {4}(web|worker)$[\s\S]*^✖ failed after .*ecs-demo:3 was not deployed {4}(web|worker)$/m,
      mutating: ["RegisterTaskDefinition", "UpdateService", "UpdateService"],
      besides: async ({ others }, { result }) => {
        const { services = [] } = result as { services?: readonly OfSeveral[] };
        const refused = services.find(({ outcome }) => outcome === "failed");
        expect(refused).not.toHaveProperty("deploymentId");
        for (const { service, outcome } of services) {
          const revision = outcome === "deployed" ? 3 : 2;
          expect((await others.primary(service)).taskDefinition).toMatch(new RegExp(`ecs-demo:${revision}$`));
        }
      },
    },
  },
];
