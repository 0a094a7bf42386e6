import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import type { JsonObject } from "../platform/json.ts";
import { type Rendering, renderTaskDefinition } from "./render.ts";

function rendered(overrides: Rendering, ...containers: JsonObject[]): JsonObject {
  const document = { family: "web", containerDefinitions: containers };
  return renderTaskDefinition({ name: "taskdef.json", document }, overrides).document;
}

/** What the overrides make of one container. */
function container(overrides: Rendering, before: JsonObject = {}): unknown {
  const { containerDefinitions } = rendered(overrides, { name: "web", ...before });
  return (containerDefinitions as readonly JsonObject[])[0];
}

describe("overrides of a container", () => {
  it("set variables by their names, in place, and leave the others", () => {
    const environment = [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ];
    const overrides = { environmentVariables: ["C=https://x/?a=b&c=d==", "A=", "C=last=one"] };
    expect(container(overrides, { environment })).toEqual({
      name: "web",
      environment: [
        { name: "A", value: "" },
        { name: "B", value: "2" },
        { name: "C", value: "last=one" },
      ],
    });
  });

  it("set secrets, environment files, labels and log options, which survive any =", () => {
    const secret = "arn:aws:secretsmanager:eu-west-1:1:secret:db:password::";
    const overrides = {
      secrets: [`DB=${secret}`],
      envFiles: ["arn:aws:s3:::bucket/a=b.env"],
      dockerLabels: ["rule=Host(`a`) && k=v", "__proto__=x"],
      logConfigurationLogDriver: "awslogs",
      logConfigurationOptions: ["awslogs-group=/ecs/a=b"],
    };
    const before = {
      environmentFiles: [{ value: "arn:aws:s3:::old", type: "s3" }],
      dockerLabels: { old: "1" },
      logConfiguration: { logDriver: "json-file", options: { "max-size": "1m" }, secretOptions: [] },
    };
    expect(JSON.stringify(container(overrides, before))).toBe(
      JSON.stringify({
        name: "web",
        environmentFiles: [{ value: "arn:aws:s3:::bucket/a=b.env", type: "s3" }],
        dockerLabels: Object.fromEntries([
          ["old", "1"],
          ["rule", "Host(`a`) && k=v"],
          ["__proto__", "x"],
        ]),
        logConfiguration: {
          logDriver: "awslogs",
          options: { "max-size": "1m", "awslogs-group": "/ecs/a=b" },
          secretOptions: [],
        },
        secrets: [{ name: "DB", valueFrom: secret }],
      }),
    );
  });

  it("set the command", () => {
    expect(container({ command: `sh -c "echo hello world"` })).toEqual({
      name: "web",
      command: ["sh", "-c", "echo hello world"],
    });
  });

  it("keep every value to the character", () => {
    const texts = fc.string({ unit: "grapheme" });
    const names = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/);
    fc.assert(
      fc.property(fc.dictionary(names, texts, { maxKeys: 4 }), (values) => {
        const items = Object.entries(values).map(([name, value]) => `${name}=${value}`);
        const overrides = {
          environmentVariables: items,
          secrets: items,
          dockerLabels: items,
          logConfigurationOptions: items,
          taskDefinitionTags: items,
        };
        const { containerDefinitions, tags = [] } = rendered(overrides, { name: "web" });
        const [container = {}] = containerDefinitions as JsonObject[];
        const { environment = [], secrets = [], dockerLabels = {}, logConfiguration = { options: {} } } = container;
        const byName = (list: unknown, key: string, value: string) =>
          Object.fromEntries((list as Record<string, string>[]).map((item) => [item[key], item[value]]));
        expect(byName(environment, "name", "value")).toEqual({ ...values });
        expect(byName(secrets, "name", "valueFrom")).toEqual({ ...values });
        expect(byName(tags, "key", "value")).toEqual({ ...values });
        expect(dockerLabels).toEqual({ ...values });
        expect(logConfiguration).toEqual({ options: { ...values } });
      }),
      runs(),
    );
  });

  it.each([
    [{ environmentVariables: ["A=1", "a-secret"] }, "environment-variables: item 2 is not of the form name=value"],
    [{ secrets: ["=arn"] }, "secrets: item 1 is not of the form name=value"],
    [{ dockerLabels: ["a"] }, "docker-labels: item 1 is not of the form name=value"],
    [{ logConfigurationOptions: ["a"] }, "log-configuration-options: item 1 is not of the form name=value"],
  ])("refuse what is no pair: %j", (overrides, message) => {
    expect(() => container(overrides)).toThrow(expect.objectContaining({ code: "INPUT_INVALID", message }));
  });
});

describe("which container", () => {
  const sidecar = { name: "sidecar", image: "envoy:1" };

  it("is the named one, and only that", () => {
    const overrides = { environmentVariables: ["A=1"], containerName: "web" };
    expect(rendered(overrides, { name: "web", image: "web:1" }, sidecar)).toEqual({
      family: "web",
      containerDefinitions: [{ name: "web", image: "web:1", environment: [{ name: "A", value: "1" }] }, sidecar],
    });
  });

  it("must be plain for more than an image too", () => {
    expect(() => rendered({ dockerLabels: ["a=b"] }, { name: "web", image: "web:1" }, sidecar)).toThrow(
      expect.objectContaining({ code: "TASK_DEFINITION_CONTAINER_NOT_FOUND" }),
    );
  });

  it("does not matter for roles", () => {
    const taskRoleArn = "arn:aws:iam::1:role/task";
    const executionRoleArn = "arn:aws:iam::1:role/execution";
    const containers = [{ name: "web", image: "web:1" }, sidecar];
    expect(rendered({ taskRoleArn, executionRoleArn }, ...containers)).toEqual({
      family: "web",
      containerDefinitions: containers,
      taskRoleArn,
      executionRoleArn,
    });
  });

  it("is not asked for where nothing is to be set", () => {
    const document = { family: "web", containerDefinitions: [sidecar, sidecar] };
    const loaded = { name: "taskdef.json", document };
    const nothing = { environmentVariables: [], secrets: [], envFiles: [], dockerLabels: [], command: undefined };
    expect(renderTaskDefinition(loaded, nothing)).toEqual(loaded);
  });
});

describe("removal", () => {
  const before = {
    environment: [
      { name: "DEBUG", value: "1" },
      { name: "A", value: "1" },
    ],
    secrets: [{ name: "DB", valueFrom: "arn:db" }],
    dockerLabels: { old: "1", kept: "2" },
  };
  const removing = {
    removeEnvironmentVariables: ["DEBUG", "GONE"],
    removeSecrets: ["DB"],
    removeDockerLabels: ["old", "gone"],
  };
  const after = { name: "web", environment: [{ name: "A", value: "1" }], secrets: [], dockerLabels: { kept: "2" } };

  it("takes names out, and nothing else", () => {
    expect(container(removing, before)).toEqual(after);
  });

  it("has nothing to do the second time, nor where there never was one", () => {
    expect(container(removing, after)).toEqual(after);
    expect(container(removing)).toEqual({ name: "web" });
  });

  it("goes with setting others", () => {
    const overrides = { ...removing, environmentVariables: ["B=2"], secrets: ["DEBUG=arn:debug"] };
    expect(container(overrides, before)).toMatchObject({
      environment: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ],
      secrets: [{ name: "DEBUG", valueFrom: "arn:debug" }],
    });
  });

  it("is not guessed where a name is to be set as well", () => {
    expect(() => container({ environmentVariables: ["A=1"], removeEnvironmentVariables: ["A"] })).toThrow(
      expect.objectContaining({
        code: "INPUT_INVALID",
        message: "remove-environment-variables: A is set by environment-variables as well",
      }),
    );
  });
});

describe("overrides of the task", () => {
  it("set cpu, memory and tags; AWS judges the pairs", () => {
    const document = {
      family: "web",
      cpu: "256",
      containerDefinitions: [{ name: "web", image: "web:1" }],
      tags: [
        { key: "team", value: "a" },
        { key: "stage", value: "dev" },
      ],
    };
    const overrides = { cpu: "3 vCPU", memory: "1000", taskDefinitionTags: ["stage=prod=1", "empty="] };
    expect(renderTaskDefinition({ name: "taskdef.json", document }, overrides).document).toEqual({
      ...document,
      cpu: "3 vCPU",
      memory: "1000",
      tags: [
        { key: "team", value: "a" },
        { key: "stage", value: "prod=1" },
        { key: "empty", value: "" },
      ],
    });
  });

  it("leave no trace where there are none", () => {
    expect(rendered({ cpu: undefined, taskDefinitionTags: [] }, { name: "web", image: "web:1" })).not.toHaveProperty(
      "tags",
    );
  });
});
