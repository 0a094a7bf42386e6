import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { startEcs } from "../ecs.fixture.ts";

const container: ContainerDefinition = { name: "web", image: "web:1" };
const unsupported = (setting: string) => `Fargate compatible task definitions do not support ${setting}`;

describe("a task definition for Fargate", () => {
  it.each<[string, Partial<RegisterTaskDefinitionRequest>]>([
    [unsupported("sourcePath"), { volumes: [{ name: "data", host: { sourcePath: "/data" } }] }],
    [
      unsupported("dockerVolumeConfiguration"),
      { volumes: [{ name: "data", dockerVolumeConfiguration: { driver: "local" } }] },
    ],
    [unsupported("constraints"), { placementConstraints: [{ type: "memberOf", expression: "x" }] }],
    [unsupported("ipcMode"), { ipcMode: "task" }],
    ["Volume names must be unique.", { volumes: [{ name: "data" }, { name: "data" }] }],
  ])("is refused, saying: %s", async (message, changes) => {
    await expect(startEcs().register("web:1", {}, changes)).rejects.toMatchObject({ code: "ClientException", message });
  });

  it.each<[string, ContainerDefinition]>([
    [unsupported("privileged"), { privileged: true }],
    [unsupported("devices"), { linuxParameters: { devices: [{ hostPath: "/dev/x" }] } }],
    [unsupported("sharedMemorySize"), { linuxParameters: { sharedMemorySize: 64 } }],
    [unsupported("maxSwap"), { linuxParameters: { maxSwap: 64 } }],
    [unsupported("dnsServers"), { dnsServers: ["10.0.0.2"] }],
    ["Links are not supported when networkMode=awsvpc.", { links: ["db"] }],
    ["Unknown volume 'data'.", { mountPoints: [{ sourceVolume: "data", containerPath: "/data" }] }],
    ["The 'memory' setting for container is greater than for the task.", { memory: 1024 }],
    ["Too many CPU units: the containers ask for 512, the task has 256.", { cpu: 512 }],
  ])("is refused with a container, saying: %s", async (message, changes) => {
    const containerDefinitions = [{ ...container, ...changes }];
    await expect(startEcs().register("web:1", {}, { containerDefinitions })).rejects.toMatchObject({
      code: "ClientException",
      message,
    });
  });

  it("may have what Fargate has", async () => {
    const linuxParameters = { initProcessEnabled: true, capabilities: { drop: ["ALL"] } };
    const containerDefinitions = [{ ...container, cpu: 256, memory: 512, privileged: false, linuxParameters }];
    await startEcs().register("web:1", {}, { containerDefinitions });
  });
});
