/** The directions of docs/architecture.md, kept by a tool. tests/house/dependencies.test.ts proves that it can fail. */

/** A rule: files of `room` import nothing of the repository but their own room and `allowed`. */
function only(room, allowed = []) {
  return {
    name: `${room}-stays-in-its-direction`,
    severity: "error",
    from: { path: `^${room}/`, pathNot: "\\.test\\.ts$" },
    to: { path: "^(actions|app|bench|core|demo|localcloud|scripts|tests|tools)/", pathNot: [`^${room}/`, ...allowed] },
  };
}

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    only("core"),
    only("actions", ["^core/"]),
    only("localcloud"),
    only("app"),
    only("demo"),
    // The CLI is a door to core; its verb `local` is the one door to the local cloud.
    only("scripts", ["^core/", "^localcloud/local-cloud\\.ts$"]),
    // The document of what users see lists what the tests make go wrong.
    only("tools", ["^core/platform/error-codes\\.ts$", "^tests/failures/"]),
    {
      name: "only-the-local-verb-opens-the-local-cloud",
      severity: "error",
      from: { path: "^scripts/", pathNot: "^scripts/commands/local\\.ts$" },
      to: { path: "^localcloud/" },
    },
    {
      name: "core-knows-no-surroundings",
      comment: "Arguments, environment and console belong to the adapters.",
      severity: "error",
      from: { path: "^core/" },
      to: { path: "^(commander|@actions/|node_modules/(commander|@actions)/)" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types", "default"] },
  },
};
