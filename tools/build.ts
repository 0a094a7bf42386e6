/** `npm run build`: makes the committed bundles. */
import { chmod, rm } from "node:fs/promises";
import { bundleCli } from "./bundle.ts";

const folder = "scripts/dist";
await rm(folder, { recursive: true, force: true });
await bundleCli(folder);
await chmod(`${folder}/cli.js`, 0o755);
