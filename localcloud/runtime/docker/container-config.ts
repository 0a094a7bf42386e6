/** From a container's specification to the body of ContainerCreate. https://docs.docker.com/reference/api/engine/ */
import { cpus } from "node:os";
import type { ContainerSpec } from "../runtime.ts";
import type { ContainerNetwork } from "./task-networks.ts";

const MIB = 1024 * 1024;
const NANOS = 1e9;

export interface ContainerParts {
  /** What the engine knows the image by. */
  readonly image: string;
  readonly network: ContainerNetwork;
  readonly labels: Readonly<Record<string, string>>;
}

export function containerConfig(spec: ContainerSpec, { image, network, labels }: ContainerParts): object {
  return {
    Image: image,
    Entrypoint: spec.entryPoint,
    Cmd: spec.command,
    WorkingDir: spec.workingDirectory,
    User: spec.user,
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    // Amazon ECS monitors the task definition's health check only, never the image's.
    Healthcheck: { Test: ["NONE"] },
    ...network.config,
    HostConfig: {
      ...network.hostConfig,
      ...limits(spec),
      ...linux(spec),
      // Read by attaching; kept nowhere on the engine's disk.
      LogConfig: { Type: "none" },
    },
  };
}

function limits({ limits: given = {} }: ContainerSpec): object {
  const memory = given.memoryMib === undefined ? undefined : given.memoryMib * MIB;
  return {
    Memory: memory,
    // As much as memory: no swap, as on Fargate.
    MemorySwap: memory,
    MemoryReservation: given.memoryReservationMib === undefined ? undefined : given.memoryReservationMib * MIB,
    CpuShares: given.cpuShares,
    // The engine refuses more than the machine has.
    NanoCpus: given.vcpus === undefined ? undefined : Math.round(Math.min(given.vcpus, cpus().length) * NANOS),
  };
}

function linux({ linux: given = {} }: ContainerSpec): object {
  return {
    Init: given.initProcessEnabled,
    ReadonlyRootfs: given.readonlyRootFilesystem,
    Ulimits: given.ulimits?.map(({ name, softLimit, hardLimit }) => ({ Name: name, Soft: softLimit, Hard: hardLimit })),
    CapAdd: given.capabilities?.add,
    CapDrop: given.capabilities?.drop,
  };
}
