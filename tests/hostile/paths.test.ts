/** Paths that would lead out of the registry's storage, and names that are none. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostileStage } from "./hostile-stage.fixture.ts";
import { requestOf, sendRaw } from "./raw-socket.ts";

const CLIMBS = [
  "../../../../etc/passwd",
  "..%2f..%2f..%2fetc%2fpasswd",
  "%2e%2e/%2e%2e/etc/passwd",
  "..\\..\\etc\\passwd",
  "%00",
  "a%00b",
  "sha256:..%2f..%2f..%2fetc%2fpasswd",
  "sha256:%2e%2e",
  "/etc/passwd",
  "%2Fetc%2Fpasswd",
  "%252e%252e%252f",
  "~",
  "a".repeat(12_000),
];
const PLACES = [
  "/v2/web/blobs/X",
  "/v2/web/manifests/X",
  "/v2/web/blobs/uploads/X",
  "/v2/X/tags/list",
  "/v2/X/blobs/uploads/",
  "/v2/web/referrers/X",
  "/v2/X",
  "/_localcloud/X",
  "/v4/X",
  "/credentials/X",
];
const digest = (bytes: string) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

let stage: HostileStage;
let upload: string;
beforeAll(async () => {
  stage = await HostileStage.set();
  await stage.ecr.createRepository({ repositoryName: "web" });
  upload = (await stage.registry("POST", "/v2/web/blobs/uploads/")).headers.get("location") ?? "";
});
afterAll(() => stage.strike());

describe.each(PLACES)("in %s", (place) => {
  it.each(CLIMBS)("%.40s reads and writes nothing", async (climb) => {
    const before = await readdir(tmpdir());
    for (const method of ["GET", "PUT", "PATCH", "DELETE", "POST", "HEAD"]) {
      const line = `${method} ${place.replace("X", climb)}`;
      const headers = [
        `Host: ${stage.host}`,
        `Authorization: ${stage.authorization}`,
        "Content-Length: 0",
        "Connection: close",
      ];
      const { status, text } = await sendRaw(stage.port, requestOf(line, ...headers));
      expect([line.slice(0, 80), status]).toEqual([
        line.slice(0, 80),
        expect.toSatisfy((is: number) => is >= 400 && is < 500),
      ]);
      expect(text).not.toContain("root:");
    }
    expect((await readdir(tmpdir())).filter((name) => !before.includes(name) && /passwd|\.\./.test(name))).toEqual([]);
  });
});

describe("an upload", () => {
  it.each(["../../etc/passwd", "sha256:../../x", "sha512:00", "sha256:", `sha256:${"A".repeat(64)}`, ""])(
    "cannot end as %s",
    async (name) => {
      const path = `${new URL(upload).pathname}?digest=${encodeURIComponent(name)}`;
      const answer = await stage.registry("PUT", path, { body: "x" });
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("DIGEST_INVALID")]);
    },
  );

  it("is not another repository's, nor anybody's without a password", async () => {
    await stage.ecr.createRepository({ repositoryName: "other" });
    const path = new URL(upload).pathname;
    expect((await stage.registry("GET", path.replace("/web/", "/other/"))).status).toBe(404);
    expect((await fetch(upload)).status).toBe(401);
    expect(
      (await stage.registry("PUT", `${path}?digest=${digest("x")}`, { headers: { authorization: "Basic QVdTOng=" } }))
        .status,
    ).toBe(400);
  });
});

it.each(["../x", "a/../b", "A", "a//b", "a/", "a..b", "a\u0000b", "é", "a".repeat(257)])(
  "a repository cannot be called %j",
  async (repositoryName) => {
    await expect(stage.ecr.createRepository({ repositoryName })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  },
);
