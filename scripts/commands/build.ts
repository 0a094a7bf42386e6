import { buildAndPush } from "../../core/image/build-and-push.ts";
import { buildInput } from "../../core/image/build-input.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { systemClock } from "../../core/platform/clock.ts";
import { currentCommit } from "../commit.ts";
import { defineVerb } from "../verb.ts";

export const build = defineVerb({
  name: "build",
  description:
    "Build an image, with a Docker engine or without one, push it to Amazon ECR, and print its digest reference.",
  example: "ecs-pipeline build --repository ecs-demo --context . --build-args APP_VERSION=1.2.0",
  input: buildInput,
  derived: {
    tag: {
      from: "the commit of HEAD, where tags are not given",
      value: async ({ context, tags }) => (tags === undefined ? currentCommit(String(context ?? ".")) : undefined),
    },
  },
  async run(input, terminal, { json }) {
    const { log, signal } = terminal;
    const environment = process.env;
    const result = await buildAndPush(awsClients(), input, { log, signal, clock: systemClock, environment });
    const failure = result.scan?.failure;
    if (json) terminal.json(failure === undefined ? result : { ...result, error: failure });
    else terminal.print([result.image]);
    if (failure === undefined) return 0;
    terminal.complain(`error    ${failure.code}  ${failure.message}`);
    terminal.complain(`fix      ${failure.remedy}`);
    return 1;
  },
});
