/** Cancelled in each phase, with either `on-cancel`: SIGINT, and later SIGTERM, as GitHub sends them. */
import { asked, goodRelease, register, rollback, update } from "./api-release.ts";
import { Cancelling } from "./cancelling.ts";
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import { type Release, watching } from "./release.ts";

type OnCancel = "leave" | "rollback";

interface Phase {
  readonly name: string;
  readonly faults?: readonly object[];
  /** Where it is cancelled. */
  readonly at: (cancelling: Cancelling, stage: FailureStage) => Pick<Release, "meanwhile" | "started">;
  readonly seen: Omit<Failure["seen"], "exitCode" | "besides">;
}

/** Answers come late, so that the run is certainly waiting for one. */
const late = (operation: string, after = 0) => ({
  kind: "latency",
  ms: 1_500,
  operations: [operation],
  after,
  count: 1,
});

const cancelled = { outcome: "DEPLOYMENT_CANCELLED", fix: /^Deploy again when it should go on\.$/ } as const;

/** Nothing runs that `on-cancel` could be about. */
const beforeTheUpdate: readonly Phase[] = [
  {
    name: "before anything",
    faults: [late("DescribeTaskDefinition")],
    at: (cancelling, stage) => ({ started: (send, over) => cancelling.onceMet(stage, send, over) }),
    seen: { ...cancelled, why: /^the run was ended from outside: nothing was changed$/, mutating: [] },
  },
  {
    name: "while it registers",
    faults: [late(register)],
    at: (cancelling) => ({ meanwhile: cancelling.onceSaid(/^plan /m) }),
    seen: {
      ...cancelled,
      why: /^the run was ended from outside: ecs-demo:3 was registered, the service was not changed$/,
      mutating: [register],
    },
  },
  {
    name: "between register and update",
    faults: [{ kind: "throttle", operations: [update] }],
    at: (cancelling) => ({ meanwhile: cancelling.onceSaid(/registered ecs-demo:3/) }),
    seen: {
      ...cancelled,
      why: /^the run was ended from outside: ecs-demo:3 was registered, the service was not changed$/,
      mutating: asked,
    },
  },
];

const goesOn = {
  outcome: "cancelled",
  why: /^the run was ended from outside$/,
  fix: /^Watch service web, or deploy the revision before to go back\.$/,
  now: /deployment ecs-svc\/\d+ of ecs-demo:3 goes on/,
  mutating: asked,
} as const;
const rollsBack = {
  ...goesOn,
  fix: /^Watch service web until its rollback is complete\.$/,
  now: /Amazon ECS was asked to roll back deployment ecs-svc\/\d+ of ecs-demo:3/,
  mutating: [...asked, rollback],
} as const;

function sinceTheUpdate(seen: typeof goesOn | typeof rollsBack): readonly Phase[] {
  return [
    {
      name: "while it updates",
      faults: [late(update)],
      at: (cancelling) => ({ meanwhile: cancelling.onceSaid(/registered ecs-demo:3/) }),
      seen,
    },
    { name: "while it watches", at: (cancelling) => ({ meanwhile: cancelling.onceSaid(watching) }), seen },
    {
      name: "while nothing can be read",
      faults: [{ kind: "throttle", operations: ["DescribeServices"], after: 1 }],
      at: (cancelling) => ({ meanwhile: cancelling.onceSaid(/updated service web/) }),
      seen,
    },
  ];
}

function cancelledIn({ name, faults = [], at, seen }: Phase, onCancel: OnCancel): Failure {
  const cancelling = new Cancelling();
  return {
    name: `cancelled ${name}, on-cancel: ${onCancel}`,
    runtimes: ["simulated"],
    release: async (stage) => {
      const release = await goodRelease(stage, { flags: ["--on-cancel", onCancel] });
      await stage.faults(...faults);
      return { ...release, ...at(cancelling, stage) };
    },
    seen: { exitCode: 1, ...seen, besides: cancelling.besides },
  };
}

export const cancelFailures: readonly Failure[] = (["leave", "rollback"] as const).flatMap((onCancel) =>
  [...beforeTheUpdate, ...sinceTheUpdate(onCancel === "leave" ? goesOn : rollsBack)].map((phase) =>
    cancelledIn(phase, onCancel),
  ),
);

/** The verdict is there; what is still read for its explanation is left. */
function whileExplaining(onCancel: OnCancel): Failure {
  const cancelling = new Cancelling();
  return {
    name: `cancelled while it explains, on-cancel: ${onCancel}`,
    runtimes: ["simulated"],
    speed: 20,
    release: async (stage) => {
      await stage.faults({
        kind: "latency",
        ms: 9_000,
        operations: ["DescribeTargetHealth", "GetLogEvents"],
        after: 0,
      });
      return {
        image: await stage.image("2.0.0", { exitsAfterSeconds: 2, exitCode: 3 }),
        flags: ["--wait-until", "deployed", "--on-cancel", onCancel],
        started: (send, over) => cancelling.onceMet(stage, send, over),
      };
    },
    seen: {
      outcome: "rolled-back",
      exitCode: 1,
      cause: "container-exited",
      why: /^container web exited with code 3/,
      fix: /^correct what makes container web exit/,
      now: /^missing .*was broken off$/m,
      mutating: asked,
      besides: cancelling.besides,
    },
  };
}

export const explainingFailures: readonly Failure[] = (["leave", "rollback"] as const).map(whileExplaining);
