import { join } from "node:path";
import { buildInput } from "../../core/image/build-input.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { buildSummary } from "../../core/report/build-summary.ts";
import { runAction } from "../run-action.ts";
import { notBuilt } from "./not-built.ts";

process.exitCode = await runAction({
  input: buildInput,
  notBuilt,
  file: ({ file, context }) => file ?? join(context, "Dockerfile"),
  async run(input, step) {
    const { buildAndPush } = await import("../../core/image/build-and-push.ts");
    const result = await buildAndPush(awsClients(), input, step);
    const { outcome, image, digest, tag } = result;
    return {
      outputs: { outcome, image, digest, tag },
      report: [`✔ ${outcome}    ${image} · tag ${tag}`],
      summary: buildSummary(result),
    };
  },
});
