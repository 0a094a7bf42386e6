import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CannotPull } from "../runtime.ts";
import { playEngine } from "./engine.fixture.ts";
import { Engine } from "./engine.ts";
import { readLedger, writeEngine } from "./ledger.ts";
import { engineReference, PulledImages } from "./pulled-images.ts";

const digest = `sha256:${"a".repeat(64)}`;
/** As an engine says that a pull went wrong: at the end of an answer that began as a success. */
const failed = '{"status":"Pulling"}\n{"errorDetail":{},"error":"no space left on device"}\n';
const credentials = { username: "AWS", password: "§?~secret" };

let stateFolder: string;
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), "pulled-images-"));
});
afterEach(() => rm(stateFolder, { recursive: true }));

async function images(answers: Parameters<typeof playEngine>[0]) {
  const played = await playEngine(answers);
  await writeEngine(stateFolder, played.address);
  const engine = await Engine.connect(played.address);
  const find = async () => ({ digest, config: { config: { StopSignal: "SIGQUIT" } }, layers: [] });
  const pauses: number[] = [];
  const clock = {
    now: () => 0,
    after: (ms: number, action: () => void) => {
      pauses.push(ms);
      setImmediate(action);
      return () => {};
    },
  };
  const pulled = new PulledImages({ engine, images: { find }, credentials: () => credentials, stateFolder, clock });
  const pulls = () => played.calls.filter((call) => call.startsWith("POST /images/create"));
  return { pulled, pulls, pauses };
}

describe("the engine pulls", () => {
  it("a digest once, however many ask at the same time, as whoever may", async () => {
    let auth: string | undefined;
    const create = ({ headers }: { headers: Record<string, unknown> }) => {
      auth = String(headers["x-registry-auth"]);
      return { text: '{"status":"Pulling"}\n{"status":"Done"}\n' };
    };
    const { pulled, pulls } = await images({ "POST /images/create": create });
    const references = ["127.0.0.1:1/web:1", "127.0.0.1:1/web:1", `127.0.0.1:1/web@${digest}`];
    const got = await Promise.all(references.map((reference) => pulled.pull(reference)));
    expect(got).toEqual(references.map((reference) => ({ reference, digest, config: { StopSignal: "SIGQUIT" } })));
    expect(pulls()).toEqual([`POST /images/create?fromImage=${encodeURIComponent(`127.0.0.1:1/web@${digest}`)}`]);
    expect(auth).toMatch(/^[\w-]+={0,2}$/);
    expect(JSON.parse(Buffer.from(auth ?? "", "base64url").toString())).toEqual({
      ...credentials,
      serveraddress: "127.0.0.1:1",
    });
    expect((await readLedger(stateFolder))?.images).toEqual([`127.0.0.1:1/web@${digest}`]);
  });

  it("nothing that it has, and that is not the local cloud's to remove", async () => {
    const { pulled, pulls } = await images({ [`GET /images/127.0.0.1:1/web@${digest}/json`]: { body: {} } });
    await pulled.pull("127.0.0.1:1/web:1");
    expect(pulls()).toEqual([]);
    expect((await readLedger(stateFolder))?.images).toEqual([]);
  });

  it("again what the engine fails on, and nobody hears of it", async () => {
    const answers = [failed, "{}\n"];
    const { pulled, pulls, pauses } = await images({ "POST /images/create": () => ({ text: answers.shift() ?? "" }) });
    await pulled.pull("127.0.0.1:1/web:1");
    expect(pulls()).toHaveLength(2);
    expect(pauses).toEqual([1_100]);
  });

  it("five times, and fails in its words; anew for the next one", async () => {
    let text = failed;
    const { pulled, pulls, pauses } = await images({ "POST /images/create": () => ({ text }) });
    const failure = await pulled.pull("127.0.0.1:1/web:1").catch((error: unknown) => error);
    expect(pauses).toEqual([1_100, 2_200, 4_400, 5_000]);
    expect(failure).toBeInstanceOf(CannotPull);
    expect(failure).toMatchObject({ message: "Error response from daemon: no space left on device" });
    expect(pulls()).toHaveLength(5);
    text = "{}\n";
    await pulled.pull("127.0.0.1:1/web:1");
    expect(pulls()).toHaveLength(6);
  });
});

it.each([
  ["127.0.0.1:1/web", "127.0.0.1:1/web"],
  ["127.0.0.1:1/team/web:1.0", "127.0.0.1:1/team/web"],
  [`127.0.0.1:1/web@${digest}`, "127.0.0.1:1/web"],
  [`127.0.0.1:1/web:1@${digest}`, "127.0.0.1:1/web"],
])("%s is known to the engine by its digest", (reference, name) => {
  expect(engineReference({ reference, digest })).toBe(`${name}@${digest}`);
});
