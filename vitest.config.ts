import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Real processes and sockets on a shared machine: generous, because a test that hangs is found anyway.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
