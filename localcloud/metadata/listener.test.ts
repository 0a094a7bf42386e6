import { describe, expect, it } from "vitest";
import { metadataHandler } from "./handler.ts";
import { listenForMetadata } from "./listener.ts";

describe("the metadata's own listener", () => {
  it("answers metadata and nothing else of the local cloud", async () => {
    const listener = await listenForMetadata(
      "127.0.0.1",
      metadataHandler(() => undefined),
    );
    const get = async (path: string) => {
      const answer = await fetch(`http://${listener.host}${path}`);
      return [answer.status, await answer.json()];
    };
    expect(await get("/v4/token")).toEqual([404, expect.stringContaining("V4 container metadata handler")]);
    for (const path of ["/", "/v2/", "/_localcloud/journal", "/credentials/token"])
      expect(await get(path)).toEqual([404, "404 page not found"]);
    await listener.close();
    await expect(fetch(`http://${listener.host}/v4/token`)).rejects.toThrow("fetch failed");
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
