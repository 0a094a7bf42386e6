import { describe, expect, it } from "vitest";
import { digestOf } from "../services/ecr/digest.ts";
import { createTestRepository, manifestOf, OCI_INDEX, OCI_MANIFEST } from "../services/ecr/store.fixture.ts";
import { errorOf, startTestRegistry, type TestRegistry } from "./registry.fixture.ts";

const [config, layer] = [Buffer.from("{}"), Buffer.from("a layer")];
const image = manifestOf(config, layer);
const subject = { mediaType: OCI_MANIFEST, digest: digestOf(Buffer.from(image)), size: image.length };

async function put({ call }: TestRegistry, body: string) {
  const path = `/v2/web/manifests/${digestOf(Buffer.from(body))}`;
  return call("PUT", path, { body, headers: { "content-type": OCI_MANIFEST } });
}

async function start(): Promise<TestRegistry> {
  const registry = await startTestRegistry();
  createTestRepository(registry.store, "web");
  for (const blob of [config, layer]) await registry.pushBlob("web", blob);
  return registry;
}

function artifact(more: object): string {
  return JSON.stringify({ ...JSON.parse(image), ...more, subject });
}

describe("referrers", () => {
  it("are what names the image as its subject, whichever was pushed first", async () => {
    const registry = await start();
    const signature = artifact({ artifactType: "application/vnd.example.signature", annotations: { by: "me" } });
    const bill = artifact({ annotations: { kind: "sbom" } });
    const answered = await put(registry, signature);
    expect([answered.status, answered.headers.get("oci-subject")]).toEqual([201, subject.digest]);
    expect((await put(registry, image)).headers.get("oci-subject")).toBeNull();
    await put(registry, bill);

    const listed = await registry.call("GET", `/v2/web/referrers/${subject.digest}`);
    expect([listed.headers.get("content-type"), listed.headers.get("oci-filters-applied")]).toEqual([OCI_INDEX, null]);
    const described = (body: string) => ({
      mediaType: OCI_MANIFEST,
      digest: digestOf(Buffer.from(body)),
      size: body.length,
    });
    expect(await listed.json()).toEqual({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [
        {
          ...described(signature),
          artifactType: "application/vnd.example.signature",
          annotations: { by: "me" },
        },
        { ...described(bill), artifactType: JSON.parse(image).config.mediaType, annotations: { kind: "sbom" } },
      ],
    });
  });

  it("are filtered by their type", async () => {
    const registry = await start();
    await put(registry, artifact({ artifactType: "application/a+json" }));
    const wanted = artifact({ artifactType: "application/b+json" });
    await put(registry, wanted);
    const type = encodeURIComponent("application/b+json");
    const listed = await registry.call("GET", `/v2/web/referrers/${subject.digest}?artifactType=${type}`);
    expect(listed.headers.get("oci-filters-applied")).toBe("artifactType");
    expect(await listed.json()).toMatchObject({ manifests: [{ digest: digestOf(Buffer.from(wanted)) }] });
  });

  it("are none of an image that is not there, an error of what is no digest or no repository", async () => {
    const registry = await start();
    const none = await registry.call("GET", `/v2/web/referrers/${subject.digest}`);
    expect([none.status, await none.json()]).toMatchObject([200, { manifests: [] }]);
    expect(await errorOf(await registry.call("GET", "/v2/web/referrers/v1"))).toMatchObject({
      status: 400,
      code: "DIGEST_INVALID",
    });
    expect(await errorOf(await registry.call("GET", `/v2/none/referrers/${subject.digest}`))).toMatchObject({
      status: 404,
      code: "NAME_UNKNOWN",
    });
  });
});
