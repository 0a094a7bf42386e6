/** What may happen to a service, as data: drawn at random, printed when it finds something, made smaller by fast-check. */
import fc from "fast-check";

export const SERVICES = ["web", "api"] as const;
export const ALARMS = ["errors", "latency"] as const;

type ServiceName = (typeof SERVICES)[number];

/** What the containers of an image do; the scripts are in images.ts. */
export type Image = "good" | "slow" | "missing" | "crashes" | "crashes-late" | "sick" | "fades" | "flaky";

/** What a task definition says. Two that are alike are the same revision. */
export interface Revision {
  readonly image: Image;
  /** Of the essential container. */
  readonly healthCheck: boolean;
  /** A second container that is not essential, or one that is and that the first waits for. */
  readonly besides: "nothing" | "sidecar" | "dependency";
}

interface Percentages {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
}

interface DeploymentSettings extends Percentages {
  readonly breaker: "off" | "on" | "rollback";
  readonly alarms: "off" | "on" | "rollback";
  readonly bakeTimeInMinutes: number;
}

export interface CreateStep {
  readonly step: "create";
  readonly service: ServiceName;
  readonly revision: Revision;
  readonly desiredCount: number;
  /** How many target groups it is in. */
  readonly targetGroups: 0 | 1 | 2;
  readonly graceSeconds: number;
  readonly deployment: DeploymentSettings;
}

export interface UpdateStep {
  readonly step: "update";
  readonly service: ServiceName;
  readonly revision?: Revision | undefined;
  readonly desiredCount?: number | undefined;
  readonly targetGroups?: 0 | 1 | 2 | undefined;
  readonly force?: true | undefined;
  readonly deployment?: DeploymentSettings | undefined;
}

export type Step =
  | CreateStep
  | UpdateStep
  | { readonly step: "stop a task"; readonly nth: number }
  | { readonly step: "break a container"; readonly nth: number; readonly how: "exits" | "sickens" }
  | { readonly step: "lose the engine"; readonly seconds: number }
  | { readonly step: "set an alarm"; readonly alarm: (typeof ALARMS)[number]; readonly state: "OK" | "ALARM" }
  | { readonly step: "stop the deployment"; readonly service: ServiceName }
  | { readonly step: "delete"; readonly service: ServiceName }
  | { readonly step: "wait"; readonly seconds: number };

const service = fc.constantFrom(...SERVICES);
/** Services are rarely both at work: one that is alone shows more. */
const mostlyWeb = fc.oneof({ weight: 4, arbitrary: fc.constant("web" as const) }, { weight: 1, arbitrary: service });
const desiredCount = fc.integer({ min: 0, max: 10 });
const targetGroups = fc.constantFrom(1, 0, 2);

const revision: fc.Arbitrary<Revision> = fc.record({
  image: fc.constantFrom("good", "good", "slow", "missing", "crashes", "crashes-late", "sick", "fades", "flaky"),
  healthCheck: fc.boolean(),
  besides: fc.constantFrom("nothing", "nothing", "sidecar", "dependency"),
});

const percentages: fc.Arbitrary<Percentages> = fc.oneof(
  fc.constantFrom(
    { minimumHealthyPercent: 100, maximumPercent: 200 },
    { minimumHealthyPercent: 0, maximumPercent: 100 },
    { minimumHealthyPercent: 100, maximumPercent: 100 },
    { minimumHealthyPercent: 50, maximumPercent: 150 },
    { minimumHealthyPercent: 50, maximumPercent: 100 },
  ),
  fc.record({
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 200 }),
  }),
);

const switchable = fc.constantFrom("off" as const, "rollback" as const, "on" as const);

const deployment: fc.Arbitrary<DeploymentSettings> = fc
  .tuple(percentages, switchable, switchable, fc.constantFrom(0, 0, 2))
  .map(([drawn, breaker, alarms, bakeTimeInMinutes]) => ({ ...drawn, breaker, alarms, bakeTimeInMinutes }));

const create: fc.Arbitrary<CreateStep> = fc.record({
  step: fc.constant("create" as const),
  service: mostlyWeb,
  revision,
  desiredCount,
  targetGroups,
  graceSeconds: fc.constantFrom(0, 20, 120),
  deployment,
});

const update: fc.Arbitrary<UpdateStep> = fc.record(
  {
    step: fc.constant("update" as const),
    service: mostlyWeb,
    revision,
    desiredCount,
    targetGroups,
    force: fc.constant(true as const),
    deployment,
  },
  { requiredKeys: ["step", "service"] },
);

const wait = fc
  .oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 5 }) },
    { weight: 6, arbitrary: fc.integer({ min: 5, max: 120 }) },
    { weight: 1, arbitrary: fc.integer({ min: 120, max: 1_200 }) },
  )
  .map((seconds) => ({ step: "wait" as const, seconds }));

const nth = fc.nat({ max: 19 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: wait },
  { weight: 6, arbitrary: update },
  { weight: 2, arbitrary: create },
  { weight: 2, arbitrary: fc.record({ step: fc.constant("stop a task" as const), nth }) },
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant("break a container" as const),
      nth,
      how: fc.constantFrom("exits" as const, "sickens" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant("lose the engine" as const), seconds: fc.constantFrom(3, 15, 90) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant("set an alarm" as const),
      alarm: fc.constantFrom(...ALARMS),
      state: fc.constantFrom("ALARM" as const, "OK" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("stop the deployment" as const), service: mostlyWeb }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("delete" as const), service: mostlyWeb }) },
);

/** A service that comes to run, which is what there is to go back to. */
const steadyStart: fc.Arbitrary<readonly Step[]> = create.map((drawn) => [
  { ...drawn, revision: { ...drawn.revision, image: "good" } },
  { step: "wait", seconds: 200 },
]);

/** A service is made, then anything happens. */
export const sequences: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.oneof(
      create.map((drawn): readonly Step[] => [drawn]),
      steadyStart,
    ),
    fc.array(step, { maxLength: 20, size: "max" }),
  )
  .map(([start, rest]) => [...start, ...rest]);
