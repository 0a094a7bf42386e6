import { describe, expect, it } from "vitest";
import { errorOf, startTestService } from "./operations.fixture.ts";

describe("account settings", () => {
  it("have AWS's defaults, and are kept", async () => {
    const { call, store } = await startTestService();
    const name = "BLOB_MOUNTING";
    expect(await call("GetAccountSetting", { name })).toEqual({ name, value: "DISABLED" });
    expect(store.accountSettings.blobMounting).toBe(false);
    expect(await call("PutAccountSetting", { name, value: "ENABLED" })).toEqual({ name, value: "ENABLED" });
    expect(await call("GetAccountSetting", { name })).toEqual({ name, value: "ENABLED" });
    expect(store.accountSettings.blobMounting).toBe(true);
  });

  it.each([
    ["COLOUR", "RED"],
    ["BLOB_MOUNTING", "YES"],
    ["BASIC_SCAN_TYPE_VERSION", "CLAIR"],
    ["REGISTRY_POLICY_SCOPE", "V1"],
  ])("refuse %s=%s", async (name, value) => {
    const { call } = await startTestService();
    expect(await errorOf(call("PutAccountSetting", { name, value }))).toMatchObject({
      code: "InvalidParameterException",
    });
  });
});
