import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient, ListClustersCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { AnswerLost } from "./failures.ts";
import { caller, sdkConfig } from "./settings.ts";

it("makes a call again that is not answered in time, where the SDK would wait for ever", async () => {
  let requests = 0;
  await using server = createServer((_request, response) => {
    requests += 1;
    if (requests > 1) response.setHeader("content-type", "application/x-amz-json-1.1").end('{"clusterArns":["a"]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new ECSClient({
    ...sdkConfig({ region: "us-east-1", answerWithinMs: 50 }),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  expect((await client.send(new ListClustersCommand({}))).clusterArns).toEqual(["a"]);
  expect(requests).toBe(2);
  client.destroy();
  server.closeAllConnections();
});

it.each([
  [true, 1],
  [false, 2],
])("makes a call again whose answer was lost, but where once is %s", async (once, most) => {
  let requests = 0;
  await using server = createServer((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.destroy();
    else response.setHeader("content-type", "application/x-amz-json-1.1").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new ECSClient({
    ...sdkConfig({ region: "us-east-1" }),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const update = caller("ecs", client, {})(UpdateServiceCommand)({ service: "web" }, { once });
  if (once) await expect(update).rejects.toBeInstanceOf(AnswerLost);
  else await expect(update).resolves.toBeDefined();
  expect(requests).toBe(most);
  client.destroy();
  server.closeAllConnections();
});
