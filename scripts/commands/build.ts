import { buildAndPush } from "../../core/image/build-and-push.ts";
import { buildInput } from "../../core/image/build-input.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { systemClock } from "../../core/platform/clock.ts";
import { currentCommit } from "../commit.ts";
import { defineVerb } from "../verb.ts";

export const build = defineVerb({
  name: "build",
  description: "Build an image without an engine, push it to Amazon ECR, and print its digest reference.",
  example: "ecs-pipeline build --repository ecs-demo --context . --build-args APP_VERSION=1.2.0",
  input: buildInput,
  derived: { tag: { from: "the commit of HEAD", value: ({ context }) => currentCommit(String(context ?? ".")) } },
  async run(input, terminal, { json }) {
    const { log, signal } = terminal;
    const result = await buildAndPush(awsClients(), input, { log, signal, clock: systemClock });
    if (json) terminal.json(result);
    else terminal.print([result.image]);
    return 0;
  },
});
