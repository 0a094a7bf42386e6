import { get } from "node:http";
import { describe, expect, it } from "vitest";
import { metadataHandler } from "./handler.ts";
import { listenForMetadata } from "./listener.ts";

describe("the metadata's own listener", () => {
  it("answers metadata and nothing else of the local cloud", async () => {
    const listener = await listenForMetadata(
      "127.0.0.1",
      metadataHandler(() => undefined),
    );
    const answerAt = async (path: string) => {
      const answer = await fetch(`http://${listener.host}${path}`);
      return [answer.status, await answer.json()];
    };
    expect(await answerAt("/v4/token")).toEqual([404, expect.stringContaining("V4 container metadata handler")]);
    for (const path of ["/", "/v2/", "/_localcloud/journal", "/credentials/token"])
      expect(await answerAt(path)).toEqual([404, "404 page not found"]);
    await listener.close();
    await expect(fetch(`http://${listener.host}/v4/token`)).rejects.toThrow("fetch failed");
  });

  it("answers to its own address only", async () => {
    const listener = await listenForMetadata(
      "127.0.0.1",
      metadataHandler(() => undefined),
    );
    const port = Number(listener.host.split(":")[1]);
    const status = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = get({ host: "127.0.0.1", port, path: "/v4/token", headers: { host }, agent: false });
        asked.on("response", (answer) => resolve(answer.resume().statusCode)).on("error", reject);
      });
    expect(await status(listener.host)).toBe(404);
    for (const host of ["evil.com", `evil.com:${port}`, `localhost:${port}`, "127.0.0.1"])
      expect([host, await status(host)]).toEqual([host, 403]);
    await listener.close();
  });

  it("listens on this machine's addresses only", async () => {
    await expect(
      listenForMetadata(
        "192.0.2.77",
        metadataHandler(() => undefined),
      ),
    ).rejects.toThrow("EADDRNOTAVAIL");
  });
});
