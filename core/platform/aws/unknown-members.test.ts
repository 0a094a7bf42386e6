import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient, RegisterTaskDefinitionCommand, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { sendUnknownMembers } from "./unknown-members.ts";

/** Registers through the SDK and answers what arrived on the wire. */
async function sent(input: object): Promise<{ body: unknown; contentLength: number; bytes: number }> {
  const bodies: Buffer[] = [];
  const lengths: number[] = [];
  await using server = createServer((request, response) => {
    lengths.push(Number(request.headers["content-length"]));
    request.on("data", (chunk: Buffer) => bodies.push(chunk));
    request.on("end", () => response.setHeader("content-type", "application/x-amz-json-1.1").end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new ECSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  sendUnknownMembers(client);
  await client.send(new RegisterTaskDefinitionCommand(input as RegisterTaskDefinitionCommandInput));
  client.destroy();
  const bytes = Buffer.concat(bodies);
  return { body: JSON.parse(bytes.toString()), contentLength: lengths[0] ?? 0, bytes: bytes.length };
}

it("sends keys that the SDK does not know, at every depth, with the length to match", async () => {
  const input = {
    family: "web",
    shiny: { nested: [1, { deep: true }] },
    containerDefinitions: [
      { name: "web", quantumMode: "ön", environment: [{ name: "A", value: "", kind: "plain" }] },
      { name: "b" },
    ],
  };
  const { body, contentLength, bytes } = await sent(input);
  expect(body).toEqual(input);
  expect(contentLength).toBe(bytes);
});
