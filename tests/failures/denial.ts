/** What a failure may change, and must say, where one API action is denied. */
import { type JournalEntry, MUTATING } from "../e2e/stage.fixture.ts";
import { toldBy } from "./expect-failure.ts";
import type { Failure } from "./failure.ts";
import type { Denial, FailureRun } from "./failure-stage.fixture.ts";

/** Taken away while the run waits: the plan's reading is the first. */
export const whileWaiting: Denial = { service: "ecs", operation: "DescribeServices", after: 2 };

/** Each API action that `deploy` may call. */
export const denials: readonly Denial[] = [
  ...[
    "DescribeClusters",
    "DescribeServiceDeployments",
    "DescribeServiceRevisions",
    "DescribeServices",
    "DescribeTaskDefinition",
    "DescribeTasks",
    "ListServiceDeployments",
    "ListTasks",
    "RegisterTaskDefinition",
    "StopServiceDeployment",
    "UpdateService",
  ].map((operation) => ({ service: "ecs", operation })),
  whileWaiting,
  { service: "elasticloadbalancing", operation: "DescribeTargetGroups" },
  { service: "elasticloadbalancing", operation: "DescribeTargetHealth" },
  { service: "logs", operation: "GetLogEvents" },
  { service: "monitoring", operation: "DescribeAlarms" },
  { service: "ecr", operation: "BatchGetImage" },
  { service: "iam", operation: "GetRole" },
];

/** As policies name it: the credential scope has another word for CloudWatch. */
export function actionOf({ service, operation }: Denial): string {
  return `${service === "monitoring" ? "cloudwatch" : service}:${operation}`;
}

/** Without these, a rollback cannot be asked for. */
const forStopping = [
  "ListServiceDeployments",
  "DescribeServiceRevisions",
  "DescribeServiceDeployments",
  "StopServiceDeployment",
];
/** Without these, it is not known that the revision cannot start. */
const forKnowing = ["ListTasks", "DescribeTasks"];
const required = ["DescribeServices", "RegisterTaskDefinition", "UpdateService"];

/** What is wrong with how the run went; empty where it went as it must. */
export function problemsOf(failure: Failure, denial: Denial, run: FailureRun): readonly string[] {
  const met = run.calls.some((call) => isDenied(call, denial));
  return [
    ...problemsOfEnd(run),
    ...problemsOfOutcome(failure, denial, run, met),
    ...problemsOfChanges(failure, denial, run, met),
    ...(met && isNeeded(failure, denial) ? problemsOfWords(denial, run) : []),
  ];
}

function isDenied({ operation, faults = [] }: JournalEntry, denial: Denial): boolean {
  return operation === denial.operation && faults.includes("access-denied");
}

function problemsOfEnd({ exitCode, result, talk }: FailureRun): string[] {
  const { outcome } = toldBy(result);
  const crashed = outcome === "" || outcome === "UNEXPECTED" || /^\s+at .*:\d+:\d+/m.test(talk);
  return [
    ...(crashed ? [`it crashed: ${outcome}`] : []),
    ...([0, 1, 2].includes(exitCode) ? [] : [`exit code ${exitCode}`]),
  ];
}

function problemsOfOutcome({ seen }: Failure, denial: Denial, run: FailureRun, met: boolean): string[] {
  const told = toldBy(run.result);
  const code = (run.result.error as { code?: string } | undefined)?.code;
  if (met && required.includes(denial.operation)) {
    const known = code === "AWS_ACCESS_DENIED" || (denial.after !== undefined && told.outcome === seen.outcome);
    return known || isLost(run) ? [] : [`it says ${told.outcome} (${code}) where a required call is denied`];
  }
  const allowed = [seen.outcome, ...otherOutcomes(seen, denial), ...(isLost(run) ? ["AWS_CALL_FAILED"] : [])];
  if (allowed.includes(told.outcome)) return [];
  return [`it says ${told.outcome} (${code}), not ${allowed.join(" or ")}`];
}

/** Where the rollback that was asked for cannot be, the deployment ends as the service has it. */
function otherOutcomes({ outcome, mutating }: Failure["seen"], { operation }: Denial): readonly string[] {
  const stopped = outcome === "rolled-back" && mutating.includes("StopServiceDeployment");
  return stopped && [...forStopping, ...forKnowing].includes(operation) ? ["failed", "timed-out"] : [];
}

/** The answer to a call was lost, and what tells whether it was carried out is denied. */
function isLost({ result }: FailureRun): boolean {
  const { error } = result as { error?: { message: string } };
  return error?.message.includes("whether it was carried out is not known") ?? false;
}

function problemsOfChanges({ seen }: Failure, denial: Denial, run: FailureRun, met: boolean): string[] {
  const made = run.calls
    .filter((call) => MUTATING.test(call.operation) && !isDenied(call, denial))
    .map(({ operation }) => operation);
  const allowed = allowedChanges(seen.mutating, denial, met);
  if (allowed.some((changes) => changes.join() === made.join())) return [];
  const isPartOfAsked = seen.mutating.join().startsWith(made.join());
  if (isPartOfAsked && (isLost(run) || (met && wasNotDone(denial, run)))) return [];
  return [
    `it made ${made.join(", ") || "no change"}, not ${allowed.map((changes) => changes.join(", ") || "none").join(" or ")}`,
  ];
}

/** Whatever became of the calls that something else met before the denial did. */
function wasNotDone({ operation }: Denial, { calls }: FailureRun): boolean {
  const isDone = ({ status, faults = [] }: JournalEntry) => status === 200 && !faults.includes("captive-portal");
  return MUTATING.test(operation) && !calls.some((call) => call.operation === operation && isDone(call));
}

/** Of what is asked for without the denial, what is left with it. */
function allowedChanges(asked: readonly string[], denial: Denial, met: boolean): readonly (readonly string[])[] {
  // Where Amazon ECS rolls back by itself, it may be first.
  const unstopped = asked.filter((operation) => operation !== "StopServiceDeployment");
  if (!met) return [asked, unstopped];
  switch (denial.operation) {
    case "DescribeServices":
      return denial.after === undefined ? [[]] : [unstopped, asked];
    case "RegisterTaskDefinition":
      return [asked.slice(0, Math.max(0, asked.indexOf("RegisterTaskDefinition")))];
    case "UpdateService":
      return [asked.slice(0, Math.max(0, asked.indexOf("UpdateService")))];
    case "DescribeTaskDefinition":
      // What a run before it has registered or begun is not known either (docs/permissions.md).
      return [asked, unstopped, whole(asked)];
    default:
      return forStopping.includes(denial.operation) ? [unstopped] : [asked, unstopped];
  }
}

function whole(asked: readonly string[]): readonly string[] {
  const release = ["RegisterTaskDefinition", "UpdateService"];
  return [...release, ...asked.filter((operation) => !release.includes(operation))];
}

const saysWhatWasChanged =
  /ecs-demo:\d+ was registered|ecs-svc\/\d+ .*goes on|family ecs-demo may have a revision that nothing runs/;

/** A run that was cancelled does not wait for what it is reading, and reads the service no more. */
function wasNotAwaited(denial: Denial, { calls, result }: FailureRun): boolean {
  const lastReading = calls.findLastIndex(({ operation }) => operation === "DescribeServices");
  const before = calls.slice(0, lastReading);
  return toldBy(result).outcome === "cancelled" && !before.some((call) => isDenied(call, denial));
}

/** Where the run may be cancelled, it looks ahead for what a rollback takes, and says nothing of it until it is needed. */
function isNeeded({ seen }: Failure, { operation }: Denial): boolean {
  return !forStopping.includes(operation) || seen.mutating.includes("StopServiceDeployment");
}

/** What hid something is named, and so is what was changed where an error ends the run. */
function problemsOfWords(denial: Denial, run: FailureRun): string[] {
  const said = `${run.talk}\n${JSON.stringify(run.result)}`;
  const action = actionOf(denial);
  const { error, outcome } = run.result as { error?: { message: string; remedy: string }; outcome?: string };
  const changed = run.calls.some(({ operation, status }) => operation === "RegisterTaskDefinition" && status === 200);
  const told = `${error?.message} ${error?.remedy}`;
  const hidden = outcome === undefined && changed && !saysWhatWasChanged.test(told);
  return [
    ...(said.includes(action) || wasNotAwaited(denial, run) ? [] : [`it does not name ${action}`]),
    ...(hidden ? [`the error does not say what was changed: ${told}`] : []),
  ];
}
