import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import type { JsonObject } from "../platform/json.ts";
import { diffTaskDefinitions } from "./diff.ts";
import { renderTaskDefinition } from "./render.ts";
import { taskDefinitions } from "./task-definitions.fixture.ts";

const web = {
  family: "web",
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  containerDefinitions: [
    {
      name: "web",
      image: "web:1",
      portMappings: [{ containerPort: 8080 }],
      environment: [
        { name: "LOG_LEVEL", value: "info" },
        { name: "EMPTY", value: "" },
      ],
      healthCheck: { command: ["CMD", "true"] },
    },
  ],
};

/** What DescribeTaskDefinition answers for `web`. */
const webAsRegistered = {
  ...web,
  volumes: [],
  placementConstraints: [],
  containerDefinitions: [
    {
      name: "web",
      image: "web:1",
      cpu: 0,
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
      environment: [
        { name: "EMPTY", value: "" },
        { name: "LOG_LEVEL", value: "info" },
      ],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      healthCheck: { command: ["CMD", "true"], interval: 30, timeout: 5, retries: 3 },
    },
  ],
};

function container(changes: JsonObject): JsonObject {
  const [first] = web.containerDefinitions;
  return { ...web, containerDefinitions: [{ ...(first as JsonObject), ...changes }] };
}

describe("diffTaskDefinitions", () => {
  it("finds nothing between a file and what the API makes of it", () => {
    expect(diffTaskDefinitions(webAsRegistered, web)).toEqual([]);
    expect(
      diffTaskDefinitions(
        { ...webAsRegistered, cpu: "1024", memory: "512" },
        { ...web, cpu: "1 vCPU", memory: "0.5GB" },
      ),
    ).toEqual([]);
    expect(diffTaskDefinitions(webAsRegistered, { ...web, cpu: ".25 vcpu", memory: "512" })).toEqual([]);
  });

  it("names what is new, changed and gone", () => {
    const environment = [
      { name: "LOG_LEVEL", value: "debug" },
      { name: "FEATURE_X", value: "1" },
    ];
    expect(diffTaskDefinitions(webAsRegistered, container({ image: "web:2", environment }))).toEqual([
      { path: "containerDefinitions[web].environment[EMPTY]", before: "", after: undefined },
      { path: "containerDefinitions[web].environment[FEATURE_X]", before: undefined, after: "1" },
      { path: "containerDefinitions[web].environment[LOG_LEVEL]", before: "info", after: "debug" },
      { path: "containerDefinitions[web].image", before: "web:1", after: "web:2" },
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ["a flag", { essential: false }, "containerDefinitions[web].essential"],
    [
      "the order of a command",
      { healthCheck: { command: ["true", "CMD"] } },
      "containerDefinitions[web].healthCheck.command",
    ],
    [
      "a port's protocol",
      { portMappings: [{ containerPort: 8080, protocol: "udp" }] },
      "containerDefinitions[web].portMappings[8080/udp].containerPort",
    ],
    ["a key that only newer APIs know", { shiny: { a: [1] } }, "containerDefinitions[web].shiny.a"],
    [
      "a name given twice",
      { environment: [...(web.containerDefinitions[0]?.environment ?? []), { name: "EMPTY", value: "" }] },
      "containerDefinitions[web].environment[EMPTY](2)",
    ],
  ])("sees %s", (_what, changes, path) => {
    expect(diffTaskDefinitions(web, container(changes)).map((change) => change.path)).toContain(path);
  });

  it("compares tags only where the file has them", () => {
    const tagged = { ...web, tags: [{ key: "team", value: "a" }] };
    expect(diffTaskDefinitions(tagged, web)).toEqual([]);
    expect(diffTaskDefinitions(web, tagged)).toEqual([{ path: "tags[team]", before: undefined, after: "a" }]);
  });

  it("hides what looks like a secret, and not where secrets point to", () => {
    const changes = diffTaskDefinitions(
      web,
      container({
        environment: [
          { name: "DB_PASSWORD", value: "hunter2" },
          { name: "DATABASE_URL", value: "postgres://web:hunter2@db/web" },
          { name: "COMPASS", value: "north" },
        ],
        secrets: [{ name: "API_KEY", valueFrom: "arn:aws:ssm:us-east-1:1:parameter/key" }],
      }),
    );
    const after = Object.fromEntries(changes.map((change) => [/\[([A-Z_]+)\]$/.exec(change.path)?.[1], change.after]));
    expect(after).toMatchObject({
      DB_PASSWORD: "(hidden)",
      DATABASE_URL: "postgres://web:(hidden)@db/web",
      COMPASS: "north",
      API_KEY: "arn:aws:ssm:us-east-1:1:parameter/key",
    });
  });

  it.each([
    ["DB_PWD", "hunter2"],
    ["STRIPE_KEY", "hunter2"],
    ["AUTH", "hunter2"],
    ["CONNECTION", "Server=db;Password=hunter2;Timeout=3"],
    ["DATABASE_URL", "postgres://web:hun/hunter2@db/web"],
    ["OPTIONS", "--verbose --password hunter2"],
  ])("hides the secret in %s", (name, value) => {
    const twice = [
      { name, value },
      { name, value },
      { name: `${name}_2`, value: "x" },
    ];
    expect(JSON.stringify(diffTaskDefinitions(web, container({ environment: twice })))).not.toContain("hunter2");
    const newer = [{ name, value, kind: "plain" }];
    expect(JSON.stringify(diffTaskDefinitions(web, container({ environment: newer })))).not.toContain("hunter2");
  });

  it("hides secrets among a command's arguments and leaves the rest", () => {
    const command = ["serve", "--password=hunter2", "--token", "hunter2", "--port", "8080", "http://a:80/b"];
    const [change] = diffTaskDefinitions(web, container({ command }));
    expect(change?.after).toBe('["serve","--password=(hidden)","--token","(hidden)","--port","8080","http://a:80/b"]');
  });

  it("shows exactly what overrides changed (property)", () => {
    const names = fc.stringMatching(/^[A-Z]{5,6}$/);
    const given = fc.record({
      set: fc.dictionary(names, fc.string(), { maxKeys: 3 }),
      labels: fc.dictionary(names, fc.string(), { maxKeys: 3 }),
      memory: fc.option(fc.integer({ min: 512, max: 4096 }).map(String), { nil: undefined }),
      image: fc.option(fc.constant("newer:tag-2"), { nil: undefined }),
    });
    fc.assert(
      fc.property(taskDefinitions, given, (document, { set, labels, memory, image }) => {
        const [first] = document.containerDefinitions;
        const kept = first.environment.slice(1).map(({ name }) => name);
        const removed = first.environment.slice(0, 1).map(({ name }) => name);
        const pairsOf = (values: object) => Object.entries(values).map(([name, value]) => `${name}=${value}`);
        const rendered = renderTaskDefinition(
          { name: "f", document },
          {
            containerName: first.name,
            environmentVariables: pairsOf(set),
            dockerLabels: pairsOf(labels),
            removeEnvironmentVariables: removed,
            memory,
            image,
          },
        );
        const container = `containerDefinitions[${first.name}]`;
        const expected = [
          ...[...Object.keys(set), ...removed].map((name) => `${container}.environment[${name}]`),
          ...Object.keys(labels).map((name) => `${container}.dockerLabels.${name}`),
          ...(memory === undefined ? [] : ["memory"]),
          ...(image === undefined ? [] : [`${container}.image`]),
        ];
        const changed = diffTaskDefinitions(document, rendered.document).map(({ path }) => path);
        expect(changed).toEqual(expected.sort());
        expect(changed.some((path) => kept.some((name) => path.endsWith(`[${name}]`)))).toBe(false);
      }),
      runs(),
    );
  });
});
