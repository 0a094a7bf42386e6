import { describe, expect, it } from "vitest";
import { environmentHider } from "./mask.ts";

describe("environmentHider", () => {
  const hide = environmentHider({
    environment: [
      { name: "DB_PASSWORD", value: "hunter2" },
      { name: "OTHER_PASSWORD", value: "hunter2-longer" },
      { name: "DATABASE_URL", value: "postgres://web:hunter3@db/web" },
      { name: "PRIVATE_KEY", value: "-----BEGIN-----\nMIIB\n-----END-----" },
      { name: "LOG_LEVEL", value: "debug" },
      { name: "PIN_TOKEN", value: "123" },
      { name: "EMPTY_TOKEN", value: "" },
    ],
  });

  it.each([
    ["login as web with hunter2", "login as web with (hidden)"],
    ["hunter2-longer, hunter2", "(hidden), (hidden)"],
    ["cannot reach postgres://web:hunter3@db/web", "cannot reach (hidden)"],
    ["MIIB", "(hidden)"],
    ["debug 123", "debug 123"],
    ["", ""],
  ])("shows %j as %j", (written, shown) => {
    expect(hide(written)).toBe(shown);
  });

  it("leaves all as it is where there is no environment", () => {
    expect(environmentHider(undefined)("hunter2")).toBe("hunter2");
    expect(environmentHider({ environment: "none" })("hunter2")).toBe("hunter2");
  });
});
