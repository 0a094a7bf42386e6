import { join } from "node:path";
import { buildInput } from "../../core/image/build-input.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { buildSummary } from "../../core/report/build-summary.ts";
import { runAction } from "../run-action.ts";
import { fixed } from "./fixed.ts";
import { notBuilt } from "./not-built.ts";

process.exitCode = await runAction({
  input: buildInput,
  notBuilt,
  fixed,
  file: ({ file, context }) => file ?? join(context, "Dockerfile"),
  async run(input, step) {
    const { buildAndPush } = await import("../../core/image/build-and-push.ts");
    const onPasswordFolder = (folder: string) => step.saveState("password-folder", folder);
    const result = await buildAndPush(awsClients(), input, { ...step, environment: process.env, onPasswordFolder });
    const { outcome, image, digest, tag, imageId, scan } = result;
    const metadata = JSON.stringify(result.metadata, null, 2);
    return {
      outputs: { outcome, image, digest, tag, imageid: imageId, metadata },
      report: [`✔ ${outcome}    ${image} · ${result.tags.map((name) => `tag ${name}`).join(", ")}`],
      summary: buildSummary(result),
      failure: scan?.failure,
    };
  },
});
