/** `npm run build`: makes the committed bundles. */
import { chmod, rm } from "node:fs/promises";
import { bundleActions, bundleCli } from "./bundle.ts";

for (const [folder, bundle] of [
  ["scripts/dist", bundleCli],
  ["actions/dist", bundleActions],
] as const) {
  await rm(folder, { recursive: true, force: true });
  await bundle(folder);
}
await chmod("scripts/dist/cli.js", 0o755);
