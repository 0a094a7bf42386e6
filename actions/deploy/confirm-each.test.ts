import { expect, it } from "vitest";
import type { BegunDeployment } from "../../core/deployment/begun.ts";
import {
  arn,
  awsError,
  deployment,
  scriptedAws,
  service,
  updateTime,
} from "../../core/deployment/scripted-aws.fixture.ts";
import { JumpingClock } from "../../core/platform/jumping-clock.fixture.ts";
import { recordingLog } from "../../core/platform/recording-log.fixture.ts";
import { confirmEach } from "./confirm-each.ts";

it("tells of each, also where another one cannot be read", async () => {
  const clock = new JumpingClock(updateTime.getTime());
  const { clients } = scriptedAws({ before: service([deployment("2", "web:43")]) }, clock);
  const begun = (name: string): BegunDeployment => ({
    cluster: "ecs-demo",
    service: name,
    id: "ecs-svc/2",
    taskDefinitionArn: arn("web:43"),
    createdAt: updateTime.toISOString(),
    previous: undefined,
  });
  const ecs: typeof clients.ecs = {
    ...clients.ecs,
    describeServices: async (input, options) => {
      if (input.services?.[0] === "worker") throw awsError("AccessDeniedException", "no");
      return clients.ecs.describeServices(input, options);
    },
  };
  const run = { clock, log: recordingLog(), signal: new AbortController().signal };
  const said = await confirmEach({ ...clients, ecs }, [begun("worker"), begun("web")], { rollBack: false, run });
  expect(said.report).toEqual(["now      web: deployment ecs-svc/2 of web:43 is complete"]);
  expect(said.failure).toEqual({
    code: "AWS_ACCESS_DENIED",
    message: "worker: ecs:DescribeServices: AccessDeniedException: no (request r-1)",
    remedy: "Allow ecs:DescribeServices for this identity.",
  });
});
