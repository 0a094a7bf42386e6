import { describe, expect, it } from "vitest";
import { AnswerLost } from "../platform/aws/failures.ts";
import type { CallOptions } from "../platform/aws/settings.ts";
import { deploy, old, ours, oursDone, steady } from "./deploying.fixture.ts";
import { arn, awsError, type Script, service } from "./scripted-aws.fixture.ts";

const afterUpdate = {
  after: [
    [0, steady],
    [2, service([ours(), old()])],
    [9, service([oursDone])],
  ],
} as const;

const answerLost = new AnswerLost(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
/** An answer that AWS gave, and which leaves open whether it was carried out. */
const failed = new AnswerLost(
  Object.assign(awsError("ServerException", "a server issue"), { $metadata: { httpStatusCode: 500 } }),
);

/** UpdateService, whose answer does not arrive, or leaves it open. */
async function forced(
  script: Partial<Script>,
  { carriedOut, fails = answerLost }: { readonly carriedOut: boolean; readonly fails?: AnswerLost },
  abortAt?: string,
) {
  const given: (CallOptions | undefined)[] = [];
  const deployed = deploy(script, {
    input: { "force-new-deployment": true },
    ...(abortAt === undefined ? {} : { abortAt }),
    rewire: ({ ecs, ...others }) => ({
      ...others,
      ecs: {
        ...ecs,
        async updateService(input, options) {
          given.push(options);
          if (carriedOut) await ecs.updateService(input, options);
          throw fails;
        },
      },
    }),
  });
  return { given, deployed };
}

describe("a forced update whose answer was lost", () => {
  it("is not made again: its deployment is looked for and followed", async () => {
    const { given, deployed } = await forced(afterUpdate, { carriedOut: true });
    const { result, log } = await deployed;
    expect(result).toMatchObject({ outcome: "deployed", deploymentId: "ecs-svc/2" });
    expect(given).toMatchObject([{ once: true }]);
    expect(log.lines).toContainEqual(expect.stringMatching(/^warn: the answer to ecs:UpdateService was lost/));
  });

  it("says that nobody knows, where there is no new deployment to be seen", async () => {
    const { given, deployed } = await forced({}, { carriedOut: false });
    await expect(deployed).rejects.toMatchObject({
      code: "AWS_CALL_FAILED",
      message: expect.stringContaining("whether it was carried out is not known: read ECONNRESET"),
      remedy: "web:43 was registered. Look at the deployments of service web, and deploy again if there is no new one.",
    });
    expect(given).toHaveLength(1);
  });
});

describe("a forced update whose answer was lost, and which cannot be looked for", () => {
  it("says why", async () => {
    const gone = awsError("ExpiredTokenException", "expired");
    const { deployed } = await forced(
      {
        after: [
          [0, steady],
          [1, gone],
        ],
      },
      { carriedOut: true },
    );
    await expect(deployed).rejects.toMatchObject({
      message: expect.stringMatching(/not known: read ECONNRESET; ecs:DescribeServices failed: .*expired/),
    });
  });

  it("says so where the run was ended", async () => {
    const { deployed } = await forced(afterUpdate, { carriedOut: true }, "UpdateService");
    await expect(deployed).rejects.toMatchObject({
      code: "DEPLOYMENT_CANCELLED",
      message:
        "the run was ended from outside: web:43 was registered; the answer to ecs:UpdateService was lost (read ECONNRESET), so there may be a new deployment",
    });
  });
});

describe("a forced update that AWS failed on", () => {
  it("is looked for, as it may have been carried out", async () => {
    const { given, deployed } = await forced(afterUpdate, { carriedOut: true, fails: failed });
    const { result, log } = await deployed;
    expect(result).toMatchObject({ outcome: "deployed", deploymentId: "ecs-svc/2" });
    expect(given).toHaveLength(1);
    expect(log.lines).toContain(
      "warn: AWS failed on ecs:UpdateService (ServerException: a server issue): its deployment was found",
    );
  });

  it("is not made again where there is no new deployment to be seen", async () => {
    const { given, deployed } = await forced({}, { carriedOut: false, fails: failed });
    await expect(deployed).rejects.toMatchObject({
      message:
        "ecs:UpdateService: AWS failed on it, and whether it was carried out is not known: ServerException: a server issue",
    });
    expect(given).toHaveLength(1);
  });
});

const rollsOut = {
  after: [
    [0, service([ours(), old()])],
    [9, service([oursDone])],
  ],
} as const;

/** web:43, as it is registered. */
const registered = {
  taskDefinitionArn: arn("web:43"),
  family: "web",
  revision: 43,
  containerDefinitions: [
    { name: "web", image: "web:2", cpu: 0, essential: true, environment: [{ name: "LOG_LEVEL", value: "info" }] },
  ],
};

interface Lost {
  /** How many answers to RegisterTaskDefinition are lost. */
  readonly lost: number;
  readonly fails?: AnswerLost;
  /** What reading the family's newest revision comes to, by the number of the look. */
  readonly newest: (look: number) => object | Error;
}

/** RegisterTaskDefinition, whose answers do not arrive. */
function lostRegistration({ lost, newest, fails = answerLost }: Lost, abortAt?: string) {
  const calls = { register: 0, looks: 0 };
  const done = deploy(rollsOut, {
    ...(abortAt === undefined ? {} : { abortAt }),
    rewire: ({ ecs, ...others }) => ({
      ...others,
      ecs: {
        ...ecs,
        async registerTaskDefinition(input, options) {
          calls.register += 1;
          const answer = await ecs.registerTaskDefinition(input, options);
          if (calls.register <= lost) throw fails;
          return answer;
        },
        async describeTaskDefinition(input, options) {
          if (calls.register === 0) return ecs.describeTaskDefinition(input, options);
          calls.looks += 1;
          const found = newest(calls.looks);
          if (found instanceof Error) throw found;
          return { taskDefinition: found, $metadata: {} };
        },
      },
    }),
  });
  return { calls, done };
}

const other = { ...registered, taskDefinitionArn: arn("web:42"), revision: 42, cpu: "256" };
const lines = (words: string) => expect.arrayContaining([expect.stringContaining(words)]);

describe("a registration whose answer was lost", () => {
  it("is not made again where the family's newest revision is this one", async () => {
    const { calls, done } = lostRegistration({ lost: 1, newest: () => registered });
    const { result, log } = await done;
    expect(result).toMatchObject({ outcome: "deployed", taskDefinitionArn: arn("web:43") });
    expect(calls).toEqual({ register: 1, looks: 1 });
    expect(log.lines).toEqual(lines("RegisterTaskDefinition was lost (read ECONNRESET): its revision was found"));
  });

  it("is looked for again, as what was just made may not be seen at once", async () => {
    const { calls, done } = lostRegistration({ lost: 1, newest: (look) => (look < 3 ? other : registered) });
    expect((await done).result).toMatchObject({ outcome: "deployed" });
    expect(calls).toEqual({ register: 1, looks: 3 });
  });

  it.each([
    ["another one", other],
    ["none at all", awsError("ClientException", "Unable to describe task definition.")],
  ])("is made again where the newest is %s, and that is said", async (_what, newest) => {
    const { calls, done } = lostRegistration({ lost: 1, newest: () => newest });
    const { result, log } = await done;
    expect(result).toMatchObject({ outcome: "deployed" });
    expect(calls).toEqual({ register: 2, looks: 3 });
    expect(log.lines).toEqual(lines("family web has no such revision, so it is made again"));
  });

  it("is not made a fourth time", async () => {
    const { calls, done } = lostRegistration({ lost: 9, newest: () => other });
    await expect(done).rejects.toMatchObject({
      code: "AWS_CALL_FAILED",
      message: expect.stringContaining("is not known: read ECONNRESET; family web has no such revision so far"),
      remedy: "Deploy again: family web may have a revision that nothing runs. The service was not changed.",
    });
    expect(calls.register).toBe(3);
  });

  it("is made again for twenty seconds where AWS failed on it, each time after looking", async () => {
    const { calls, done } = lostRegistration({ lost: 4, fails: failed, newest: () => other });
    const { result, log } = await done;
    expect(result).toMatchObject({ outcome: "deployed" });
    expect(result.durationMs).toBeGreaterThanOrEqual(20_000);
    expect(calls).toEqual({ register: 5, looks: 12 });
    expect(log.lines).toEqual(
      lines("AWS failed on ecs:RegisterTaskDefinition (ServerException: a server issue): family web has no such"),
    );
  });

  it("is not made again where AWS failed on it, and did it", async () => {
    const { calls, done } = lostRegistration({ lost: 1, fails: failed, newest: () => registered });
    expect((await done).result).toMatchObject({ outcome: "deployed", taskDefinitionArn: arn("web:43") });
    expect(calls).toEqual({ register: 1, looks: 1 });
  });

  it("is not made again where nobody may look", async () => {
    const { calls, done } = lostRegistration({ lost: 1, newest: () => awsError("AccessDeniedException", "no") });
    await expect(done).rejects.toMatchObject({
      message: expect.stringContaining("is not known: read ECONNRESET; ecs:DescribeTaskDefinition is not allowed"),
    });
    expect(calls.register).toBe(1);
  });

  it("is said where the run is ended meanwhile", async () => {
    const { calls, done } = lostRegistration({ lost: 1, newest: () => other }, "RegisterTaskDefinition");
    await expect(done).rejects.toMatchObject({
      code: "DEPLOYMENT_CANCELLED",
      message: expect.stringContaining("so there may be a new revision; the service was not changed"),
    });
    expect(calls.register).toBe(1);
  });
});
