/** A local cloud as a process of the built CLI, to be attacked; it must be there, and well, afterwards. */
import { readdir } from "node:fs/promises";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { type Action, ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, vi } from "vitest";
import { rssMib } from "../../bench/process-memory.ts";
import { clientConfig } from "../../demo/bootstrap.ts";
import { type CloudProcess, type RuntimeKind, startCloudProcess } from "../../demo/cli.ts";

export class HostileStage {
  readonly port: number;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `Basic …`, good for the registry. */
  readonly authorization: string;
  readonly ecs: ECS;
  readonly ecr: ECR;
  readonly elb: ElasticLoadBalancingV2;
  readonly #cloud: CloudProcess;
  readonly #pid: number;
  #complaints = "";

  private constructor(cloud: CloudProcess, pid: number, ecr: ECR, token: string) {
    const config = { ...clientConfig(cloud.endpoint), maxAttempts: 1 };
    this.#cloud = cloud;
    this.#pid = pid;
    this.host = new URL(cloud.endpoint).host;
    this.port = Number(new URL(cloud.endpoint).port);
    this.authorization = `Basic ${token}`;
    this.ecr = ecr;
    this.ecs = new ECS(config);
    this.elb = new ElasticLoadBalancingV2(config);
    cloud.process.stderr?.on("data", (text: Buffer) => {
      this.#complaints += text;
    });
  }

  static async set(runtime: RuntimeKind = "simulated"): Promise<HostileStage> {
    const cloud = await startCloudProcess(runtime);
    const ecr = new ECR({ ...clientConfig(cloud.endpoint), maxAttempts: 1 });
    const { authorizationData: [authorization] = [] } = await ecr.getAuthorizationToken({});
    return new HostileStage(cloud, cloud.process.pid ?? 0, ecr, authorization?.authorizationToken ?? "");
  }

  /** It still answers, and what it was made to do was no defect of its own. */
  async strike(): Promise<void> {
    const { clusterArns } = await this.ecs.listClusters({});
    await this.#cloud.end();
    expect(clusterArns).toBeDefined();
    expect(this.#complaints).not.toMatch(/failed at|Error:|^\s+at /m);
    expect(this.#cloud.process.exitCode).toBe(0);
  }

  rssMib(): Promise<number> {
    return rssMib(this.#pid);
  }

  async openFiles(): Promise<number> {
    return (await readdir(`/proc/${this.#pid}/fd`)).length;
  }

  get endpoint(): string {
    return this.#cloud.endpoint;
  }

  get subnets(): string[] {
    return this.#cloud.subnets.map(({ subnetId }) => subnetId);
  }

  get pid(): number {
    return this.#pid;
  }

  registry(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: this.authorization, ...init.headers };
    return fetch(`http://${this.host}${path}`, { ...init, method, headers });
  }

  /** A load balancer's listener with that default action. @returns the port on which it answers. */
  async listener(name: string, action: Action): Promise<number> {
    const { LoadBalancers: [loadBalancer] = [] } = await this.elb.createLoadBalancer({
      Name: name,
      Subnets: this.subnets,
    });
    const { Listeners: [made] = [] } = await this.elb.createListener({
      LoadBalancerArn: loadBalancer?.LoadBalancerArn,
      Port: 8080,
      Protocol: "HTTP",
      DefaultActions: [action],
    });
    const answer = await fetch(`http://${this.host}/_localcloud/listeners`);
    const { listeners } = (await answer.json()) as { listeners: { listenerArn: string; boundPort: number }[] };
    return listeners.find(({ listenerArn }) => listenerArn === made?.ListenerArn)?.boundPort ?? 0;
  }

  /** A listener that forwards to a server of the test's, once that is healthy. */
  async forwardTo(name: string, port: number): Promise<number> {
    const { TargetGroups: [group] = [] } = await this.elb.createTargetGroup({
      Name: name,
      Protocol: "HTTP",
      Port: 80,
      TargetType: "ip",
      VpcId: await this.#vpc(),
      HealthCheckPath: "/healthz",
    });
    const TargetGroupArn = group?.TargetGroupArn;
    const listener = await this.listener(name, { Type: "forward", TargetGroupArn });
    await this.elb.registerTargets({ TargetGroupArn, Targets: [{ Id: "127.0.0.1", Port: port }] });
    await vi.waitFor(
      async () => {
        const { TargetHealthDescriptions: [target] = [] } = await this.elb.describeTargetHealth({ TargetGroupArn });
        expect(target?.TargetHealth?.State).toBe("healthy");
      },
      { timeout: 10_000 },
    );
    return listener;
  }

  async #vpc(): Promise<string | undefined> {
    const { Vpcs: [vpc] = [] } = await new EC2(clientConfig(this.#cloud.endpoint)).describeVpcs({});
    return vpc?.VpcId;
  }
}
