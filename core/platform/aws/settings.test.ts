import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { sdkConfig } from "./settings.ts";

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
