/** On which of the machine's addresses the local cloud answers: the one that other machines cannot reach. */
import { readdir, readFile, readlink } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithEngine } from "../engine.fixture.ts";
import { HostileStage } from "./hostile-stage.fixture.ts";
import { requestOf, sendRaw } from "./raw-socket.ts";

const LISTENING = "0A";
/** 127.0.0.1, as /proc writes it. */
const LOOPBACK = "0100007F";

let stage: HostileStage;
let listener: number;
beforeAll(async () => {
  stage = await HostileStage.set("process");
  listener = await stage.listener("open", {
    Type: "fixed-response",
    FixedResponseConfig: { StatusCode: "200", MessageBody: "open", ContentType: "text/plain" },
  });
});
afterAll(() => stage.strike());

/** `ADDRESS:PORT` in hexadecimal of every socket of the process that listens, on whatever address. */
async function listening(pid: number): Promise<string[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")));
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((table) => readFile(`/proc/${pid}/net/${table}`, "utf8").catch(() => "")),
  );
  return tables
    .flatMap((table) => table.split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENING && inodes.has(inode ?? ""))
    .map(([, local = ""]) => local);
}

it("listens on 127.0.0.1 alone, with the APIs and with load balancers", async () => {
  const hex = (port: number) => `${LOOPBACK}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  expect((await listening(stage.pid)).sort()).toEqual([hex(stage.port), hex(listener)].sort());
});

it("is not reached by any other address of the machine", async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);
  for (const host of ["127.0.0.2", "::1", ...others])
    for (const port of [stage.port, listener])
      expect([host, (await sendRaw(port, "GET / HTTP/1.0\r\n\r\n", { host })).text]).toEqual([host, ""]);
});

describeWithEngine("with containers of a Docker engine", () => {
  let docker: HostileStage;
  beforeAll(async () => {
    docker = await HostileStage.set("docker");
  });
  afterAll(() => docker.strike());

  it("listens at one more address, the bridge's, and answers nothing there without a task's token", async () => {
    const others = (await listening(docker.pid)).filter((address) => !address.startsWith(LOOPBACK));
    expect(others).toHaveLength(1);
    const [hex = "", hexPort = ""] = others[0]?.split(":") ?? [];
    const address = [...Buffer.from(hex, "hex")].reverse().join(".");
    const port = Number.parseInt(hexPort, 16);
    const ask = async (path: string, host: string) =>
      (await sendRaw(port, requestOf(`GET ${path}`, `Host: ${host}`, "Connection: close"), { host: address })).status;
    for (const path of [
      "/",
      "/v4/token",
      "/v4/token/task",
      "/v2/",
      "/v2/_catalog",
      "/credentials/token",
      "/_localcloud/journal",
      "/?Action=GetCallerIdentity",
    ])
      expect([path, await ask(path, `${address}:${port}`)]).toEqual([path, 404]);
    for (const host of ["evil.com", `evil.com:${port}`, docker.host]) expect(await ask("/v4/token", host)).toBe(403);
    expect((await sendRaw(docker.port, requestOf("GET /v2/", `Host: ${docker.host}`), { host: address })).text).toBe(
      "",
    );
  });
});
