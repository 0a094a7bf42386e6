import { type DiffInput, diffInput, diffService } from "../../core/deployment/service-diff.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { serviceDiffLines } from "../../core/report/service-diff-lines.ts";
import { withEnvironment } from "../../core/task-definition/expand.ts";
import type { Console } from "../console.ts";
import { tellFailure } from "../failure.ts";
import { defineVerb } from "../verb.ts";

export const diff = defineVerb({
  name: "diff",
  description: "Show what a deployment would change, and change nothing.",
  example:
    "ecs-pipeline diff --task-definition taskdef.json --image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:3f9e1c2 \\\n" +
    "    --cluster ecs-demo --service web --exit-code",
  input: diffInput,
  async run(input, terminal, options) {
    try {
      return await show(input, terminal, options.json);
    } catch (error) {
      if (!input.exitCode) throw error;
      // 1 says that something differs: it must not say as well that nobody knows.
      tellFailure(error, terminal, options);
      return 2;
    }
  },
});

async function show(input: DiffInput, terminal: Console, json: boolean): Promise<number> {
  const { log, signal } = terminal;
  const variables = withEnvironment(input.variables, process.env);
  const found = await diffService(awsClients(), { ...input, variables }, { signal, note: (line) => log.warn(line) });
  if (json) terminal.json(found);
  else terminal.print(serviceDiffLines(found));
  return input.exitCode && found.differs ? 1 : 0;
}
