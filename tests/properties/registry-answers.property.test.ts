/** What an image registry may answer, and what says how to reach one: anything at all. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchBase } from "../../core/image/base/base-image.ts";
import { InstantClock } from "../../core/image/clock.fixture.ts";
import { dockerCredentials } from "../../core/image/docker/credentials.ts";
import { challengedAuthorization } from "../../core/image/registry/authorization.ts";
import { parseReference } from "../../core/image/registry/reference.ts";
import { RegistryClient } from "../../core/image/registry/registry-client.ts";
import { hostileBytes, hostileJson } from "./hostile.ts";
import { LONGEST_MS, read } from "./read.ts";
import { runs } from "./runs.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "readers-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A registry that answers anything: what it is to answer next. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const digest = `sha256:${"0".repeat(64)}`;
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const manifestMembers = [
  "mediaType",
  "config",
  "layers",
  "manifests",
  "digest",
  "size",
  "platform",
  "os",
  "architecture",
  "errors",
  "code",
  "message",
  "token",
  "rootfs",
  "diff_ids",
  "history",
  "Env",
  manifestType,
  digest,
  "linux",
  "amd64",
];

const answers: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(200, 201, 202, 204, 206, 301, 307, 400, 401, 403, 404, 409, 418, 429, 500, 503),
  headers: fc.dictionary(
    fc.constantFrom("location", "www-authenticate", "content-type", "retry-after", "docker-content-digest"),
    fc.oneof(
      fc.constantFrom(
        "",
        "0",
        "-1",
        "99999999999",
        "//",
        "http://[",
        "ftp://x/",
        "javascript:1",
        "/v2/x",
        "/%00",
        digest,
        manifestType,
      ),
      fc.constantFrom(
        "application/vnd.oci.image.index.v1+json",
        'Bearer realm="http://["',
        'Bearer realm="file:///etc/passwd"',
        "Bearer",
        'Basic realm="x"',
      ),
      fc.stringMatching(/^[\x21-\x7e]{0,30}$/),
    ),
    { maxKeys: 3 },
  ),
  body: fc.oneof(
    hostileBytes('{"errors":[{"code":"X","message":"y"}]}'),
    hostileJson(...manifestMembers).map((text) => Buffer.from(text)),
  ),
});

describe("an image registry's answers (properties)", () => {
  let server: Server;
  let origin: string;
  let next: readonly Answer[] = [];
  let asked = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      const { status, headers, body } = next[asked++ % next.length] ?? { status: 404, headers: {}, body: "" };
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function client(): RegistryClient {
    return new RegistryClient({ origin, authorization: challengedAuthorization(), clock: new InstantClock() }, "web");
  }

  it("to each of its methods", async () => {
    const path = join(folder, "blob");
    await writeFile(path, "content");
    const blob = { mediaType: "x", digest, size: 7, path };
    const methods: readonly (() => Promise<unknown>)[] = [
      () => client().getManifest("latest"),
      () => client().getManifest(digest),
      () => client().hasBlob(digest),
      () => client().download({ ...blob, path: join(folder, "downloaded") }, () => {}),
      () => client().upload(blob, () => {}),
      () => client().putManifest("latest", { mediaType: manifestType, digest, bytes: Buffer.from("{}") }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(answers, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...methods),
        async (given, method) => {
          next = given;
          asked = 0;
          await read(method);
        },
      ),
      runs(120),
    );
  });

  it("as a base image", async () => {
    const text = `${origin.slice("http://".length)}/web:1`;
    expect(parseReference(text)).toBeDefined();
    const options = {
      platform: { os: "linux", architecture: "amd64" },
      workFolder: await mkdtemp(join(folder, "base-")),
      registryOf: client,
      progress: () => {},
    };
    const image = answers.map((answer) => ({ ...answer, status: 200, headers: { "content-type": manifestType } }));
    await fc.assert(
      fc.asyncProperty(fc.array(image, { minLength: 1, maxLength: 3 }), async (given) => {
        next = given;
        asked = 0;
        await read(() => fetchBase(text, options));
      }),
      runs(80),
    );
  });

  it("and Docker's own configuration, with its logins", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          hostileBytes('{"auths":{"127.0.0.1:1":{"auth":"YTpi"}}}'),
          hostileJson("auths", "auth", "credsStore", "credHelpers", "127.0.0.1:1", "identitytoken").map((text) =>
            Buffer.from(text),
          ),
        ),
        async (given) => {
          await writeFile(join(folder, "config.json"), given);
          await read(() => dockerCredentials("127.0.0.1:1", { DOCKER_CONFIG: folder, PATH: folder }));
        },
      ),
      runs(80),
    );
  });
});

describe("an image reference (properties)", () => {
  it("of any text is read or is none, in no time", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[a-z.:/@_-]{0,600}$/),
      fc.constantFrom("a-".repeat(50_000), `${"a.".repeat(50_000)}/b`, `${"a/".repeat(50_000)}:`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const started = performance.now();
        parseReference(given);
        expect(performance.now() - started).toBeLessThan(LONGEST_MS);
      }),
      runs(300),
    );
  });
});
