import { expect, it } from "vitest";
import { FreePorts } from "../free-ports.ts";
import type { ContainerSpec } from "../runtime.ts";
import { type Answer, playEngine } from "./engine.fixture.ts";
import { Engine } from "./engine.ts";
import { TaskNetworks } from "./task-networks.ts";

const failed: Answer = { status: 500, body: { message: "no space left on device" } };

const spec: ContainerSpec = {
  id: "one-web",
  name: "web",
  image: { reference: "web", digest: "sha256:0", config: {} },
  environment: {},
  containerPorts: [80],
  task: { id: "one", networkMode: "awsvpc", containerCount: 2, containerPorts: [80] },
  onOutput: () => {},
};

class CountedPorts extends FreePorts {
  held = 0;

  override async reserve(): Promise<number> {
    this.held += 1;
    return super.reserve();
  }

  override release(port: number): void {
    this.held -= 1;
    super.release(port);
  }
}

it("leaves no pause container and no port of a network that cannot be made, and makes it for the next task", async () => {
  const images = [failed, {}];
  const starts = [failed, {}];
  const { address, calls } = await playEngine({
    "POST /images/create": () => images.shift() ?? failed,
    "POST /containers/create": { status: 201, body: { Id: "pause" } },
    "POST /containers/pause/start": () => starts.shift() ?? failed,
    "DELETE /containers/pause": { status: 204 },
  });
  const engine = await Engine.connect(address);
  const ports = new CountedPorts();
  const networks = new TaskNetworks({ engine, ports, stateFolder: "/state", labels: {} });

  for (const call of ["POST /images/create", "DELETE /containers/pause"]) {
    await expect(networks.place(spec)).rejects.toThrow("no space left on device");
    expect(calls.at(-1)).toContain(call);
    expect(ports.held).toBe(0);
  }
  const network = await networks.place(spec);
  expect(network).toMatchObject({ hostConfig: { NetworkMode: "container:pause" }, bindings: [{ containerPort: 80 }] });
  await network.release();
  expect(calls.at(-1)).toContain("DELETE /containers/pause");
  expect(ports.held).toBe(0);
  engine.close();
});
