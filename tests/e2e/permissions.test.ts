/** docs/permissions.md against the code: its actions are those that are called, and its policies are enough. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deploy, later, old, ours, oursDone } from "../../core/deployment/deploying.fixture.ts";
import { awsError, deployment, type Script, service } from "../../core/deployment/scripted-aws.fixture.ts";
import { type Clients, signingNames } from "../../core/platform/aws/clients.ts";
import { cloudWatchApi } from "../../core/platform/aws/cloudwatch.ts";
import { ecrApi } from "../../core/platform/aws/ecr.ts";
import { ecsApi } from "../../core/platform/aws/ecs.ts";
import { elbApi } from "../../core/platform/aws/elb.ts";
import { iamApi } from "../../core/platform/aws/iam.ts";
import { logsApi } from "../../core/platform/aws/logs.ts";

const page = readFileSync("docs/permissions.md", "utf8");

/** What AWS checks though no client method is named so: conditions of our calls, and the registry's own protocol. */
const indirect = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:CompleteLayerUpload",
  "ecr:GetDownloadUrlForLayer",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
  "ecs:TagResource",
  "iam:PassRole",
];

/** Keys of conditions look like actions. */
function actionsIn(text: string): readonly string[] {
  return [
    ...new Set(
      text.replace(/"Condition".*/g, "").match(/\b(?:ecs|ecr|iam|logs|cloudwatch|elasticloadbalancing):[A-Z]\w+/g),
    ),
  ].sort();
}

/** The actions of the policy under a heading. */
function policy(heading: string): readonly string[] {
  const json = page.split(`### ${heading}\n`)[1]?.split("```json\n")[1]?.split("```")[0] ?? "";
  const { Statement } = JSON.parse(json) as { Statement: { Action: string | string[] }[] };
  return [...new Set(Statement.flatMap(({ Action }) => Action))].sort();
}

function actionOf(client: keyof Clients, method: string): string {
  return `${signingNames[client]}:${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}

/** The methods of core/platform/aws that core calls. */
function calledActions(): readonly string[] {
  const settings = { region: "us-east-1" };
  const apis = {
    ecs: ecsApi(settings),
    ecr: ecrApi(settings),
    elb: elbApi(settings),
    logs: logsApi(settings),
    iam: iamApi(settings),
    cloudwatch: cloudWatchApi(settings),
  };
  const source = readdirSync("core", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.(test|fixture)\.ts$|platform\/aws/.test(path))
    .map((path) => readFileSync(join("core", path), "utf8"))
    .join("\n");
  return (["ecs", "ecr", "elb", "logs", "iam", "cloudwatch"] as const)
    .flatMap((client) =>
      Object.keys(apis[client])
        .filter((method) => source.includes(`.${method}(`))
        .map((method) => actionOf(client, method)),
    )
    .sort();
}

/** The clients of an identity that may do this and nothing else. */
function under(allowed: readonly string[]) {
  const restrict = <Api extends object>(client: keyof Clients, api: Api): Api =>
    new Proxy(api, {
      get(target, method) {
        const action = actionOf(client, String(method));
        if (allowed.includes(action)) return Reflect.get(target, method);
        return async () => {
          throw awsError("AccessDeniedException", `User: ci is not authorized to perform: ${action}`);
        };
      },
    });
  return ({ ecs, ecr, elb, logs, iam, cloudwatch }: Clients): Clients => ({
    ecs: restrict("ecs", ecs),
    ecr: restrict("ecr", ecr),
    elb: restrict("elb", elb),
    logs: restrict("logs", logs),
    iam: restrict("iam", iam),
    cloudwatch: restrict("cloudwatch", cloudwatch),
  });
}

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const targetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/1";
const balanced = { loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 80 }] };
const before = service([deployment("1", "web:42", { createdAt: new Date(0) })], balanced);

/** The tasks run the platform's manifest of the index that was asked for. */
const deployed: Partial<Script> = {
  before,
  after: [
    [0, service([ours(), old()], balanced)],
    [9, service([oursDone], balanced)],
  ],
  running: [
    {
      taskArn: "t/1",
      startedBy: "ecs-svc/2",
      lastStatus: "RUNNING",
      containers: [{ name: "web", imageDigest: digest("b") }],
    },
  ],
  manifest: JSON.stringify({ manifests: [{ digest: digest("b") }] }),
};

const failing = ours({ rolloutState: "FAILED", status: "ACTIVE", failedTasks: 3, updatedAt: later(9) });
const rolledBack: Partial<Script> = {
  before,
  after: [
    [0, service([ours(), old()], balanced)],
    [9, service([deployment("1", "web:42", { createdAt: new Date(0), updatedAt: later(9) }), failing], balanced)],
  ],
  stopped: [
    {
      taskArn: "t/2",
      startedBy: "ecs-svc/2",
      lastStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      startedAt: later(1),
      stoppedAt: later(5),
      containers: [{ name: "web", exitCode: 3 }],
    },
  ],
};

const input = {
  image: `000000000000.dkr.ecr.us-east-1.amazonaws.com/web@${digest("a")}`,
  "log-configuration-log-driver": "awslogs",
  "log-configuration-options": ["awslogs-group=/ecs/web", "awslogs-stream-prefix=web"],
};

async function deployUnder(allowed: readonly string[], script: Partial<Script>) {
  const { result, log } = await deploy(script, { input, rewire: under(allowed) });
  return { result, said: [JSON.stringify(result), ...log.lines].join("\n") };
}

describe("docs/permissions.md", () => {
  it("names every action that is called, and no other", () => {
    expect(actionsIn(page)).toEqual([...calledActions(), ...indirect].sort());
  });

  it("asks in each policy for what its verb's table names", () => {
    for (const verb of ["deploy", "diff", "status", "render", "build"]) {
      const section = page.split(new RegExp(`^## ${verb}\\b`, "m"))[1]?.split(/^### /m)[0] ?? "";
      expect(policy(verb === "deploy" ? "All for deploy" : `The least for ${verb}`)).toEqual(actionsIn(section));
    }
  });
});

describe("deploy under exactly the official action's policy", () => {
  const least = ["ecs:DescribeServices", "ecs:RegisterTaskDefinition", "ecs:UpdateService", "iam:PassRole"];

  it("is what the page gives", () => expect(policy("The least for deploy")).toEqual(least));

  it("deploys, and says what it could not look at", async () => {
    const { result } = await deployUnder(least, deployed);
    expect(result).toMatchObject({
      outcome: "deployed",
      changes: undefined,
      error: undefined,
      proof: { status: "not-checked", reason: "ecs:ListTasks is not allowed" },
      notes: [expect.stringMatching(/^ecs:DescribeTaskDefinition is not allowed: what changes cannot be shown/)],
    });
  });

  it("still tells a rollback from a success", async () => {
    const { result } = await deployUnder(least, rolledBack);
    expect(result).toMatchObject({ outcome: "rolled-back", error: { code: "DEPLOYMENT_ROLLED_BACK" } });
  });

  it.each(least.filter((action) => action !== "iam:PassRole"))("cannot do without %s", async (action) => {
    const allowed = least.filter((other) => other !== action);
    await expect(deployUnder(allowed, deployed)).rejects.toMatchObject({
      code: "AWS_ACCESS_DENIED",
      remedy: expect.stringContaining(`Allow ${action} for ci.`),
    });
  });
});

describe("deploy under all that the page names", () => {
  const all = policy("All for deploy");

  it("misses nothing", async () => {
    const good = await deployUnder(all, deployed);
    expect(good.result).toMatchObject({ outcome: "deployed", proof: { status: "proved" }, notes: [] });
    const bad = await deployUnder(all, rolledBack);
    expect(bad.result).toMatchObject({ outcome: "rolled-back", diagnosis: { notes: [], logs: { lines: [] } } });
    expect(good.said + bad.said).not.toContain("is not allowed");
  });

  it.each([
    ["ecs:ListTasks", deployed, { outcome: "deployed", proof: { status: "not-checked" } }],
    ["ecs:DescribeTasks", deployed, { outcome: "deployed", proof: { status: "not-checked" } }],
    ["ecr:BatchGetImage", deployed, { outcome: "deployed", proof: { status: "not-checked" } }],
    ["elasticloadbalancing:DescribeTargetHealth", deployed, { outcome: "deployed", proof: { status: "not-checked" } }],
    ["ecs:ListTasks", rolledBack, { outcome: "rolled-back", diagnosis: { tasks: [], logs: undefined } }],
    ["ecs:DescribeTasks", rolledBack, { outcome: "rolled-back", diagnosis: { tasks: [], logs: undefined } }],
    ["elasticloadbalancing:DescribeTargetHealth", rolledBack, { outcome: "rolled-back", diagnosis: { targets: [] } }],
    ["elasticloadbalancing:DescribeTargetGroups", rolledBack, { outcome: "rolled-back" }],
    ["logs:GetLogEvents", rolledBack, { outcome: "rolled-back", diagnosis: { logs: undefined } }],
  ] as const)("loses what the page says without %s", async (action, script, lost) => {
    const { result, said } = await deployUnder(
      all.filter((other) => other !== action),
      script,
    );
    expect(result).toMatchObject(lost);
    expect(said).toContain(`${action} is not allowed`);
  });
});
