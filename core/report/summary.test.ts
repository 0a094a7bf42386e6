import { describe, expect, it } from "vitest";
import type { DeployResult } from "../deployment/deploy-result.ts";
import { arn } from "../deployment/scripted-aws.fixture.ts";
import type { BuildResult } from "../image/build-and-push.ts";
import { buildSummary } from "./build-summary.ts";
import { deployed, since } from "./deployed.fixture.ts";
import { deploySummary } from "./summary.ts";

const digest = (letter: string) => `1.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:${letter.repeat(64)}`;
const counts = (desired: number, running: number, pending = 0) => ({ desired, running, pending, failed: 0 });

const withChanges: DeployResult = {
  ...deployed,
  changes: [
    { path: "containerDefinitions[web].environment[FEATURE_X]", before: undefined, after: "1" },
    { path: "containerDefinitions[web].image", before: digest("a"), after: digest("b") },
  ],
  notes: ["taskdef.json: left out what only the API sets: revision"],
  timeline: [
    { atMs: 4_000, ours: counts(2, 0, 2), others: counts(2, 2) },
    { atMs: 31_000, ours: counts(2, 1, 1), others: counts(2, 2) },
    { atMs: 46_000, ours: counts(2, 2), others: counts(0, 2) },
    { atMs: 77_000, ours: counts(2, 2), others: counts(0, 0) },
  ],
};

const rolledBack: DeployResult = {
  ...withChanges,
  outcome: "rolled-back",
  notes: [],
  changes: [],
  proof: { status: "not-checked", reason: "the deployment did not complete" },
  now: { ...deployed.now, taskDefinitionArn: arn("web:42") },
  error: { code: "DEPLOYMENT_ROLLED_BACK", message: "web:43 did not come up", remedy: "Let /healthz answer 200." },
  diagnosis: {
    cause: "load-balancer-health-check",
    why: "GET /healthz answered 500",
    fix: "let /healthz answer 200",
    since,
    tasks: ["1a2b3c4d5e6f", "7c3d3c4d5e6f"].map((id, index) => ({
      taskArn: `arn:aws:ecs:eu-west-1:0:task/ecs-demo/${id}`,
      id,
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Task failed ELB health checks in (target-group web)",
      createdAt: new Date(index * 1000),
      startedAt: new Date(2000),
      stoppedAt: new Date(52_000),
      containers: [],
    })),
    targets: [],
    events: [],
    logs: {
      taskId: "7c3d3c4d5e6f",
      container: "web",
      logGroup: "/ecs/web",
      logStream: "ecs/web/7c3d3c4d5e6f",
      lines: [{ at: new Date(10_000), message: "</details>\n``` Error: connect ECONNREFUSED" }],
    },
    notes: [],
  },
};

describe("deploySummary", () => {
  it("shows verdict, before and after, changes, timeline and links of a deployment that works", () => {
    expect(deploySummary(withChanges)).toBe(`## ✔ deployed in 1:18

web:43 · 2 of 2 running · running digest proved

web on ecs-demo · rolling · eu-west-1

|  | before | after |
| --- | --- | --- |
| revision | <code>web:42</code> | <code>web:43</code> |
| image of web | <code>web\\@sha256:aaaaaa…</code> | <code>web\\@sha256:bbbbbb…</code> |
| serves now |  | <code>web:43</code> · 2 of 2 running |
| proof |  | proved: running digest proved |

<details><summary>2 changes</summary>

\`\`\`text
web environment  + FEATURE_X = 1
web image  1.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:aaaaaa… → 1.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:bbbbbb…
\`\`\`

</details>

\`\`\`mermaid
gantt
  dateFormat HH:mm:ss
  axisFormat %H:%M:%S
  section new
  starting : 00:00:04, 00:00:46
  running : 00:00:46, 00:01:18
  section old
  running : 00:00:04, 00:00:46
  draining : 00:00:46, 00:01:17
\`\`\`

<details><summary>Notes</summary>

- taskdef.json: left out what only the API sets: revision

</details>

Console: [deployments](https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/ecs-demo/services/web/deployments?region=eu-west-1)
`);
  });

  it("explains one that does not: why, tasks, logs that stay text, fix, now, and where to look", () => {
    const summary = deploySummary(rolledBack);
    expect(summary).toContain(
      "## ✖ rolled-back after 1:18\n\nweb:43 did not come up; Amazon ECS went back to web:42\n",
    );
    expect(summary).toContain(`  section tasks that failed
  1a2b… : crit, 00:00:00, 00:00:52
  7c3d… : crit, 00:00:01, 00:00:52
`);
    expect(summary.slice(summary.indexOf("**Why**"))).toBe(`**Why** GET /healthz answered 500

**Tasks**

- 1a2b…  stopped 0:52  Task failed ELB health checks in (target-group web)
- 7c3d…  stopped 0:52  the same

**Logs**

\`\`\`\`text
7c3d… web  +0:08  </details>
           +0:08  \`\`\` Error: connect ECONNREFUSED
\`\`\`\`

**Fix** Let /healthz answer 200.

**Now** web:42: 2 of 2 running. web:43 stays registered

Console: [deployments](https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/ecs-demo/services/web/deployments?region=eu-west-1) · [task](https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/ecs-demo/tasks/7c3d3c4d5e6f?region=eu-west-1) · [log stream](https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fecs$252Fweb/log-events/ecs$252Fweb$252F7c3d3c4d5e6f)
`);
  });

  it("names the commit and the run, with links where the runner says where they are", () => {
    const sha = "3f9e1c2a".repeat(5);
    const url = `https://github.com/a/b/commit/${sha}`;
    const runUrl = "https://github.com/a/b/actions/runs/7";
    const linked = deploySummary(deployed, { commit: { sha, url, runUrl } });
    expect(linked).toContain(`| commit |  | [<code>3f9e1c2</code>](${url}) · [run](${runUrl}) |`);
    const plain = deploySummary(deployed, { commit: { sha, url: undefined, runUrl: undefined } });
    expect(plain).toContain("| commit |  | <code>3f9e1c2</code> |");
    expect(deploySummary(withChanges)).not.toContain("commit");
  });

  it("names the endpoint of a rehearsal and links nowhere", () => {
    const summary = deploySummary(
      { ...withChanges, timeline: [], changes: undefined, notes: [] },
      { rehearsal: "http://127.0.0.1:1" },
    );
    expect(summary).toContain("· rehearsal (http&#58;//127.0.0.1:1)");
    expect(summary).not.toMatch(/console|mermaid|details/);
  });

  it("links nowhere outside of the commercial regions", () => {
    const taskDefinitionArn = "arn:aws-cn:ecs:cn-north-1:0:task-definition/web:43";
    expect(deploySummary({ ...withChanges, taskDefinitionArn })).not.toContain("Console");
  });
});

const built: BuildResult = {
  outcome: "pushed",
  image: digest("a"),
  digest: `sha256:${"a".repeat(64)}`,
  imageId: "",
  tag: "v1",
  tags: ["v1"],
  builder: "native",
  platforms: [{ platform: "linux/amd64", digest: `sha256:${"a".repeat(64)}` }],
  metadata: {},
  layers: { pushed: 1, skipped: 2 },
  bytes: 1_400_000,
};

it("sums a build up", () => {
  expect(buildSummary(built)).toBe(`## ✔ pushed

|  |  |
| --- | --- |
| image | <code>1.dkr.ecr.eu-west-1.amazonaws.com/web\\@sha256:${"a".repeat(64)}</code> |
| tag | <code>v1</code> |
| built by | native |
| layers | 1 pushed, 2 already there |
| sent | 1.4 MB |
`);
});

it("sums a scan up, with the findings as links, and says why it fails", () => {
  const worst = [
    { name: "CVE-2026-1", severity: "CRITICAL", package: "openssl 3.0.1", link: "https://example.com/1" },
    { name: "CVE-2026-2", severity: "LOW", package: undefined, link: "javascript:alert(1)" },
  ];
  const scan = {
    counts: { LOW: 1, CRITICAL: 1 },
    worst,
    images: [{ platform: "linux/amd64", digest: built.digest, counts: {}, findings: worst }],
    failure: { code: "IMAGE_VULNERABLE" as const, message: "the scan found 1 CRITICAL", remedy: "Update openssl." },
  };
  const summary = buildSummary({ ...built, scan });
  expect(summary).toMatch(/^## ✖ IMAGE\\_VULNERABLE\n/);
  expect(summary).toContain("| scan | 1 CRITICAL, 1 LOW |");
  expect(summary).toContain("**Why** the scan found 1 CRITICAL\n\n**Fix** Update openssl.");
  expect(summary).toContain(
    "| CRITICAL | [CVE-2026-1](https://example.com/1) | openssl 3.0.1 |\n| LOW | CVE-2026-2 |  |",
  );
});
