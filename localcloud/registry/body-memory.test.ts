import { expect, it } from "vitest";
import { giveBack } from "./body-memory.ts";

it("gives back what has memory of its own", () => {
  const bytes = Buffer.from(new ArrayBuffer(8));
  giveBack(bytes);
  expect(bytes.buffer.byteLength).toBe(0);
});

it("leaves what is part of something larger", () => {
  const whole = Buffer.from(new ArrayBuffer(8));
  giveBack(whole.subarray(0, 4));
  expect(whole.buffer.byteLength).toBe(8);
});
