import { serviceStatus, statusInput } from "../../core/deployment/service-status.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { statusLines } from "../../core/report/status-lines.ts";
import { defineVerb } from "../verb.ts";

export const status = defineVerb({
  name: "status",
  description: "Show what an ECS service is doing: counts, deployments, newest events.",
  example: "ecs-pipeline status --cluster ecs-demo --service web",
  input: statusInput,
  async run(input, terminal, { json }) {
    const found = await serviceStatus(awsClients(), input, terminal.signal);
    if (json) terminal.json(found);
    else terminal.print(statusLines(found));
    return 0;
  },
});
