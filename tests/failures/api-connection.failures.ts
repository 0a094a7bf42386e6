/** Connections to AWS that break, answers that are lost, cut off, or not AWS's. */
import { asked, missingImage, ofTheApi, register, rollback, says, update } from "./api-release.ts";
import type { Failure } from "./failure.ts";

const before = (operation: string, more: object = {}) => ({
  kind: "reset",
  operations: [operation],
  count: 1,
  ...more,
});
const after = (operation: string) => before(operation, { when: "after" });
const cut = (operation: string) => ({ kind: "truncated", operations: [operation], count: 1 });

const forced = { flags: ["--force-new-deployment"] };

export const connectionFailures: readonly Failure[] = [
  ofTheApi("connection reset before it registers", [before(register)], {
    mutating: [register, ...asked],
    ...says(/the answer to ecs:RegisterTaskDefinition was lost .*has no such revision, so it is made again/),
  }),
  ofTheApi("connection reset after it registered", [after(register)], {
    ...says(/the answer to ecs:RegisterTaskDefinition was lost .*: its revision was found/),
  }),
  ofTheApi("answer cut off after it registered", [cut(register)], {
    ...says(/the answer to ecs:RegisterTaskDefinition was lost .*: its revision was found/),
  }),
  ofTheApi("connection reset each time that it registers", [{ ...before(register), count: 3 }], {
    outcome: "AWS_CALL_FAILED",
    exitCode: 1,
    why: /^ecs:RegisterTaskDefinition: the answer was lost, .* not known: .*; family ecs-demo has no such revision/,
    fix: /^Deploy again: family ecs-demo may have a revision that nothing runs\. The service was not changed\.$/,
    mutating: [register, register, register],
  }),
  ofTheApi("connection reset before it updates", [before(update)], {
    mutating: [...asked, update],
    ...says(/the answer to ecs:UpdateService was lost .*has no new deployment, so it is made again/),
  }),
  ofTheApi("connection reset after it updated", [after(update)], {
    ...says(/the answer to ecs:UpdateService was lost .*: its deployment was found/),
  }),
  ofTheApi("answer cut off after it updated", [cut(update)], {
    ...says(/the answer to ecs:UpdateService was lost .*: its deployment was found/),
  }),
  ofTheApi("connection reset after a forced update", [after(update)], {
    release: forced,
    ...says(/the answer to ecs:UpdateService was lost .*: its deployment was found/),
  }),
  ofTheApi("connection reset before a forced update", [before(update)], {
    release: forced,
    outcome: "AWS_CALL_FAILED",
    exitCode: 1,
    why: /^ecs:UpdateService: the answer was lost, and whether it was carried out is not known/,
    fix: /^ecs-demo:\d+ was registered\. Look at the deployments of service web, and deploy again if there is no new one\.$/,
  }),
  ofTheApi("connection reset while it watches", [before("DescribeServices", { after: 1, count: 3 })]),
  ofTheApi("answer cut off while it watches", [{ ...cut("DescribeServices"), after: 1, count: 3 }]),
  ofTheApi("captive portal", [{ kind: "captive-portal" }], {
    outcome: "AWS_ANSWER_UNREADABLE",
    exitCode: 1,
    why: /^ecs:DescribeServices: UnreadableAnswer: the answer is not AWS's: text\/html with status 200$/,
    fix: /its proxy and AWS_ENDPOINT_URL: AWS does not answer at http:\/\/127\.0\.0\.1:\d+\. Nothing was registered/,
    mutating: [],
  }),
  ofTheApi("captive portal while it updates", [{ kind: "captive-portal", operations: [update], count: 1 }], {
    mutating: [...asked, update],
  }),
  ofTheApi("captive portal from the update on", [{ kind: "captive-portal", operations: [update] }], {
    outcome: "AWS_CALL_FAILED",
    exitCode: 1,
    why: /^ecs:UpdateService: the answer was lost, and whether it was carried out is not known: UnreadableAnswer/,
    fix: /^ecs-demo:\d+ was registered\. Look at the deployments of service web, and deploy again if there is no new one\.$/,
    mutating: [...asked, update, update],
  }),
];

function whenRollingBack(name: string, fault: object, mutating: readonly string[]): Failure {
  return {
    name,
    runtimes: ["simulated"],
    release: async (stage) => {
      const release = await missingImage(stage);
      await stage.faults(fault);
      return release;
    },
    seen: {
      outcome: "rolled-back",
      exitCode: 1,
      cause: "image-unavailable",
      why: /never-pushed/,
      fix: /never-pushed/,
      now: /^now .*ecs-demo:2: 1 of 1 running\. ecs-demo:3 stays registered$/m,
      mutating: [...asked, ...mutating],
    },
  };
}

export const rollbackFailures: readonly Failure[] = [
  whenRollingBack("connection reset before the rollback", before(rollback), [rollback, rollback]),
  whenRollingBack("connection reset after the rollback", after(rollback), [rollback]),
];
