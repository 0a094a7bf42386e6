import { describe, expect, it } from "vitest";
import { ACCOUNT_ID, createTestRepository, pushImage } from "../services/ecr/store.fixture.ts";
import { errorOf, startTestRegistry } from "./registry.fixture.ts";

describe("the registry's end points", () => {
  it.each([
    ["GET", "/v2/none/tags/list"],
    ["GET", "/v2/none/manifests/v1"],
    ["PUT", "/v2/none/manifests/v1"],
    ["POST", "/v2/none/blobs/uploads/"],
    ["GET", "/v2/none/blobs/sha256:00"],
    ["PATCH", "/v2/none/blobs/uploads/1"],
  ])("%s %s is NAME_UNKNOWN: ECR makes no repository on push", async (method, path) => {
    const { call, store } = await startTestRegistry();
    expect(await errorOf(await call(method, path))).toEqual({
      status: 404,
      code: "NAME_UNKNOWN",
      message: `The repository with name 'none' does not exist in the registry with id '${ACCOUNT_ID}'`,
    });
    expect(store.repositories()).toEqual([]);
  });

  it("answers what it does not have with UNSUPPORTED", async () => {
    const { call, store } = await startTestRegistry();
    createTestRepository(store, "web");
    for (const [method, path, status] of [
      ["DELETE", "/v2/web/blobs/sha256:00", 405],
      ["DELETE", "/v2/", 405],
      ["POST", "/v2/_catalog", 405],
      ["GET", "/v2/web/manifests", 404],
      ["GET", "/v2/%ff", 400],
    ] as const)
      expect(await errorOf(await call(method, path))).toMatchObject({ status, code: "UNSUPPORTED" });
  });

  it("finds no blob outside of a repository by any path", async () => {
    const { call, store, defects } = await startTestRegistry();
    createTestRepository(store, "web");
    for (const path of ["..%2f..%2fetc%2fpasswd", "sha256:..%2f..%2f..%2fetc%2fpasswd", "%00", "sha256:"])
      expect((await call("GET", `/v2/web/blobs/${path}`)).status).toBe(404);
    expect(defects).toEqual([]);
  });

  it("lists tags in order and in pages", async () => {
    const { call, store } = await startTestRegistry();
    const repository = createTestRepository(store, "team/web");
    for (const tag of ["v2", "v10", "latest", "v1"]) await pushImage(store, repository, { content: tag, tag });
    const all = await call("GET", "/v2/team/web/tags/list");
    expect(await all.json()).toEqual({ name: "team/web", tags: ["latest", "v1", "v10", "v2"] });
    expect(all.headers.get("link")).toBeNull();

    const first = await call("GET", "/v2/team/web/tags/list?n=3");
    expect(await first.json()).toMatchObject({ tags: ["latest", "v1", "v10"] });
    const [, next = ""] = /^<(.+)>; rel="next"$/.exec(first.headers.get("link") ?? "") ?? [];
    const second = await call("GET", next);
    expect(await second.json()).toMatchObject({ tags: ["v2"] });
    expect(second.headers.get("link")).toBeNull();
    expect(await (await call("GET", "/v2/team/web/tags/list?n=0")).json()).toMatchObject({ tags: [] });
    expect(await errorOf(await call("GET", "/v2/team/web/tags/list?n=x"))).toMatchObject({ status: 400 });
    expect(await errorOf(await call("GET", "/v2/team/web/tags/list?n=1001"))).toEqual({
      status: 405,
      code: "UNSUPPORTED",
      message:
        "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
    });
  });

  it("lists repositories in order and in pages", async () => {
    const { call, store, host } = await startTestRegistry();
    for (const name of ["web", "api", "team/web"]) createTestRepository(store, name);
    expect(await (await call("GET", "/v2/_catalog")).json()).toEqual({ repositories: ["api", "team/web", "web"] });
    const first = await call("GET", "/v2/_catalog?n=2");
    expect(first.headers.get("link")).toBe(`<http://${host}/v2/_catalog?n=2&last=team%2Fweb>; rel="next"`);
    const rest = await call("GET", "/v2/_catalog?n=2&last=team%2Fweb");
    expect([await rest.json(), rest.headers.get("link")]).toEqual([{ repositories: ["web"] }, null]);
    expect(await errorOf(await call("GET", "/v2/_catalog?n=10000"))).toMatchObject({
      status: 405,
      code: "UNSUPPORTED",
    });
  });
});
