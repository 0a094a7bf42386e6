/** `ecs-pipeline build` waits for the scan of what it pushed, by whichever builder. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { hasEngine } from "../engine.fixture.ts";
import { Workbench } from "./build.fixture.ts";

let bench: Workbench;

beforeAll(async () => {
  bench = await Workbench.set();
  await bench.write("files/Dockerfile", "FROM scratch\nCOPY a /a\n");
  await bench.write("files/a", "A");
  for (const name of ["clean", "bad", "unscanned"]) await bench.repository(name);
  await plant("clean", []);
  await plant("bad", [{ name: "CVE-2026-1", severity: "HIGH", uri: "https://example.com/CVE-2026-1" }]);
}, 60_000);
afterAll(() => bench?.strike());

async function plant(repositoryName: string, findings: readonly object[]): Promise<void> {
  const body = JSON.stringify({ repositoryName, findings });
  const answer = await fetch(`${bench.cloud.endpoint}/_localcloud/scan-findings`, { method: "PUT", body });
  expect(answer.status).toBeLessThan(300);
}

function build(repository: string, ...args: string[]) {
  return bench.build("files", ["--repository", repository, "--tag", "v1", ...args]);
}

it("passes an image without findings, and one whose findings are not that severe", async () => {
  const clean = await build("clean", "--fail-on-severity", "LOW");
  expect(clean, clean.talk).toMatchObject({ exitCode: 0, result: { scan: { counts: {}, worst: [] } } });
  const tolerated = await build("bad", "--fail-on-severity", "CRITICAL");
  expect(tolerated, tolerated.talk).toMatchObject({ exitCode: 0, result: { scan: { counts: { HIGH: 1 } } } });
}, 60_000);

it("fails where findings are too severe; the image is there all the same", async () => {
  const { exitCode, result, talk } = await build("bad", "--fail-on-severity", "HIGH");
  expect(exitCode, talk).toBe(1);
  expect(result).toMatchObject({
    image: expect.stringContaining("/bad@sha256:"),
    scan: { worst: [{ name: "CVE-2026-1", severity: "HIGH", link: "https://example.com/CVE-2026-1" }] },
    error: { code: "IMAGE_VULNERABLE", message: expect.stringContaining("1 HIGH in bad@sha256:") },
  });
  expect(talk).toContain("error    IMAGE_VULNERABLE  the scan found 1 HIGH");
}, 60_000);

it("does not take a scan that failed for a clean one", async () => {
  const told = await build("unscanned", "--wait-for-scan");
  expect(told, told.talk).toMatchObject({ exitCode: 0 });
  expect(told.talk).toContain("the scan is FAILED");
  const gated = await build("unscanned", "--fail-on-severity", "CRITICAL");
  expect(gated).toMatchObject({ exitCode: 1, result: { error: { code: "IMAGE_SCAN_UNAVAILABLE" } } });
}, 60_000);

it.skipIf(!hasEngine && process.env.REQUIRE_REFEREES === undefined)(
  "looks at each image of an index",
  async () => {
    const { result, talk } = await build("bad", "--platforms", "linux/amd64,linux/arm64", "--fail-on-severity", "HIGH");
    expect(result, talk).toMatchObject({
      scan: { counts: { HIGH: 2 }, images: [{ platform: "linux/amd64" }, { platform: "linux/arm64" }] },
    });
  },
  60_000,
);
