/** Takes a snapshot of a world through its APIs. */
import type { Service } from "@aws-sdk/client-ecs";
import type { Task } from "../../localcloud/services/ecs/state.ts";
import { describeTask } from "../../localcloud/services/ecs/tasks/describe.ts";
import type { RevisionView, ServiceView, Snapshot, TargetView } from "./snapshot.ts";
import { SERVICES } from "./steps.ts";
import { TARGET_GROUPS, type World } from "./world.ts";

/** DescribeServiceDeployments takes no more. */
const MOST_RECORDS = 20;

export class Observer {
  readonly #world: World;
  /** STOPPED tasks that have been shown; they do not change any more. */
  readonly #ended = new WeakSet<Task>();
  /** By the id of the deployment: a revision is fixed when its deployment starts. */
  readonly #revisions = new Map<string, RevisionView>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @param now the time of which everything has settled */
  observe(now: number): Snapshot {
    const all = [...(this.#world.state.clusters.get("default")?.tasks.values() ?? [])];
    const fresh = all.filter((task) => !this.#ended.has(task));
    for (const task of fresh) if (task.lastStatus === "STOPPED") this.#ended.add(task);
    const described = fresh.map((task) => describeTask(task, []));
    const { services = [] } = this.#world.ask("DescribeServices", { services: [...SERVICES] });
    const tasks = described.filter(({ lastStatus }) => lastStatus !== "STOPPED");
    const ended = described.filter(({ lastStatus }) => lastStatus === "STOPPED");
    return {
      now,
      tasks,
      targets: this.#targets(),
      services: services.map((shape): ServiceView => {
        const ofService = ({ group }: { group?: string | undefined }) => group === `service:${shape.serviceName}`;
        return {
          shape,
          records: this.#records(shape),
          revisions: this.#revisionsOf(shape),
          tasks: tasks.filter(ofService),
          ended: ended.filter(ofService),
        };
      }),
    };
  }

  #records({ serviceName }: Service) {
    const briefs = this.#world.ask("ListServiceDeployments", { service: serviceName, maxResults: MOST_RECORDS });
    const arns = (briefs.serviceDeployments ?? []).map(({ serviceDeploymentArn = "" }) => serviceDeploymentArn);
    return this.#world.ask("DescribeServiceDeployments", { serviceDeploymentArns: arns }).serviceDeployments ?? [];
  }

  /** Keeps those of deployments that are gone: their tasks may have ended a moment ago. */
  #revisionsOf({ deployments = [], currentServiceRevisions = [] }: Service): ReadonlyMap<string, RevisionView> {
    for (const [index, { id = "", taskDefinition = "" }] of deployments.entries()) {
      if (this.#revisions.has(id)) continue;
      const arn = currentServiceRevisions[index]?.arn ?? "";
      const { serviceRevisions } = this.#world.ask("DescribeServiceRevisions", { serviceRevisionArns: [arn] });
      const { taskDefinition: definition } = this.#world.ask("DescribeTaskDefinition", { taskDefinition });
      const checked = definition?.containerDefinitions?.some(
        ({ essential, healthCheck }) => essential !== false && healthCheck !== undefined,
      );
      const loadBalancers = serviceRevisions?.[0]?.loadBalancers ?? [];
      this.#revisions.set(id, { arn, loadBalancers, checked: checked === true });
    }
    return this.#revisions;
  }

  #targets(): TargetView[] {
    return TARGET_GROUPS.flatMap((targetGroupArn) =>
      this.#world.targets.group(targetGroupArn).targets.map(({ id, port, health }) => ({
        targetGroupArn,
        address: `${id}:${port}`,
        state: health.State ?? "",
      })),
    );
  }
}
