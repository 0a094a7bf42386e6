import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    globalSetup: ["tests/engine-run.ts"],
    // The long tests wait for processes and load balancers more than they compute: vitest's own choice, a core less
    // than there are, would leave a machine with two cores half idle.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Real processes and sockets on a shared machine: generous, because a test that hangs is found anyway.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
