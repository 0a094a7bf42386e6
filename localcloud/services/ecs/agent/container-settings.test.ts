import { beforeEach, describe, expect, it } from "vitest";
import type { ContainerSpec } from "../../../runtime/runtime.ts";
import { type EcsHarness, startEcs } from "../ecs.fixture.ts";

let ecs: EcsHarness;

beforeEach(async () => {
  ecs = startEcs();
  await ecs.call("CreateCluster", {});
  ecs.runtime.behaviours.set("web:1", {});
});

/** What the runtime was asked to start for the container `web`. */
async function started(settings: object, overrides: object = {}, others: object[] = []): Promise<ContainerSpec> {
  const containerDefinitions = [{ name: "web", image: "web:1", ...settings }, ...others];
  const taskDefinition = await ecs.register("web:1", {}, { cpu: "512", memory: "1024", containerDefinitions });
  await ecs.call("RunTask", {
    taskDefinition,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
    overrides,
  });
  await ecs.clock.advance(0);
  const found = ecs.runtime.started.find(({ spec }) => spec.name === "web");
  if (found === undefined) throw new Error("web was not started");
  return found.spec;
}

describe("a container is given", () => {
  it("the size of its task where it says nothing itself", async () => {
    expect((await started({})).limits).toEqual({
      cpuShares: 2,
      vcpus: 0.5,
      memoryMib: 1024,
      memoryReservationMib: undefined,
    });
  });

  it("what its definition says, and its overrides before that", async () => {
    const settings = { cpu: 128, memory: 256, memoryReservation: 64 };
    expect((await started(settings)).limits).toEqual({
      cpuShares: 128,
      vcpus: 0.5,
      memoryMib: 256,
      memoryReservationMib: 64,
    });
    ecs.runtime.started.length = 0;
    const containerOverrides = [{ name: "web", cpu: 64, memory: 300, memoryReservation: 100 }];
    expect((await started(settings, { containerOverrides })).limits).toEqual({
      cpuShares: 64,
      vcpus: 0.5,
      memoryMib: 300,
      memoryReservationMib: 100,
    });
  });

  it("its Linux settings", async () => {
    const spec = await started({
      linuxParameters: { initProcessEnabled: true, capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] } },
      readonlyRootFilesystem: true,
      ulimits: [{ name: "nofile", softLimit: 10, hardLimit: 20 }],
    });
    expect(spec.linux).toEqual({
      initProcessEnabled: true,
      readonlyRootFilesystem: true,
      capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] },
      ulimits: [{ name: "nofile", softLimit: 10, hardLimit: 20 }],
    });
  });

  it("its place among the containers of its task", async () => {
    const sidecar = { name: "proxy", image: "web:1", portMappings: [{ containerPort: 9090 }] };
    const spec = await started({ portMappings: [{ containerPort: 8080 }] }, {}, [sidecar]);
    expect(spec.containerPorts).toEqual([8080]);
    expect(spec.task).toEqual({
      id: spec.id.slice(0, -"-web".length),
      networkMode: "awsvpc",
      containerCount: 2,
      containerPorts: [8080, 9090],
    });
  });
});
