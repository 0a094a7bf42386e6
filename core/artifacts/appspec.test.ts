import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { hostileBytes, hostileJson } from "../../tests/properties/hostile.ts";
import { runs } from "../../tests/properties/runs.ts";
import { ToolkitError } from "../platform/errors.ts";
import { readAppSpec, withTaskDefinition } from "./appspec.ts";

const arn = "arn:aws:ecs:us-east-1:111222333444:task-definition/web:42";

const written = `# How web is shifted.
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION> # set by the pipeline
        LoadBalancerInfo:
          ContainerName: "web"
          ContainerPort: 8080
        PlatformVersion: LATEST
        NetworkConfiguration:
          AwsvpcConfiguration: { Subnets: [subnet-1, subnet-2], SecurityGroups: [sg-1], AssignPublicIp: DISABLED }
        CapacityProviderStrategy:
          - { Base: 1, CapacityProvider: FARGATE, Weight: 2 }
Hooks:
  - BeforeInstall: "before"   # a Lambda
  - AfterAllowTraffic: arn:aws:lambda:us-east-1:111222333444:function:after
`;

async function set(text: string): Promise<string> {
  return withTaskDefinition(await readAppSpec("appspec.yaml", text), arn);
}

describe("readAppSpec", () => {
  it("finds the task definition of the Amazon ECS service, in YAML and in JSON", async () => {
    const path = ["Resources", 0, "TargetService", "Properties", "TaskDefinition"];
    for (const text of [written, JSON.stringify(parse(written))])
      expect(await readAppSpec("appspec.yaml", text)).toMatchObject({ path, taskDefinition: "<TASK_DEFINITION>" });
  });

  it("does not mind the case of keys, nor the service's own name", async () => {
    const lower = written
      .replace("Resources", "resources")
      .replace("TargetService", "myService")
      .replace("TaskDefinition:", "taskDefinition:");
    expect(await readAppSpec("a", lower)).toMatchObject({
      path: ["resources", 0, "myService", "Properties", "taskDefinition"],
    });
  });

  it.each([
    ["ContainerName", "ContainerNme", /LoadBalancerInfo\.ContainerNme: unknown key$/, /Did you mean "ContainerName"/],
    ["Hooks", "Hook", /^a: Hook: unknown key$/, /Did you mean "Hooks"/],
    ["BeforeInstall", "BeforInstall", /^a: Hooks\[0\]\.BeforInstall: unknown key$/, /Did you mean "BeforeInstall"/],
    [
      "TaskDefinition:",
      "TaskDefinitions:",
      /Properties\.TaskDefinitions: unknown key$/,
      /Did you mean "TaskDefinition"/,
    ],
    ["version: 0.0", "version: 1.0", /^a: version: is 1: CodeDeploy has only 0\.0$/, /version: 0\.0/],
    ["version: 0.0", "", /^a: version: is missing$/, /version: 0\.0/],
    [
      "AWS::ECS::Service",
      "AWS::Lambda::Function",
      /^a: Resources: has no AWS::ECS::Service$/,
      /one AWS::ECS::Service in a/,
    ],
    [
      "Resources:\n",
      "Resources:\n  - Other: { Type: 'AWS::ECS::Service' }\n",
      /^a: Resources: has 2 of AWS::ECS::Service$/,
      /one/,
    ],
    [
      "TaskDefinition: <TASK_DEFINITION>",
      "",
      /^a: Resources\[0\]\.TargetService\.Properties\.TaskDefinition: is missing$/,
      /TaskDefinition/,
    ],
    ["[subnet-1, subnet-2]", "subnet-1", /AwsvpcConfiguration\.Subnets: must be a list$/, /Subnets in a/],
    ["version: 0.0", "version: [", /^a: is neither JSON nor YAML: /, /Correct a/],
  ])("refuses %j as %j", async (from, to, message, remedy) => {
    await expect(readAppSpec("a", written.replace(from, to))).rejects.toMatchObject({
      code: "APPSPEC_INVALID",
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });
});

describe("withTaskDefinition", () => {
  it("changes the one value and keeps all else as it was written, comments too", async () => {
    expect(await set(written)).toBe(written.replace("<TASK_DEFINITION>", JSON.stringify(arn)));
  });

  it.each([
    ['"<TASK_DEFINITION>"'],
    ["'<TASK_DEFINITION>'"],
    [""],
    ["~"],
    [">-\n          folded\n          text"],
    ["&here <TASK_DEFINITION>"],
    ["!!str <TASK_DEFINITION>"],
    ["arn:aws:ecs:us-east-1:1:task-definition/web:1"],
    ["42"],
  ])("takes the place of %j", async (value) => {
    const text = written.replace("<TASK_DEFINITION> # set by the pipeline", value);
    const document = parse(text, { merge: true });
    document.Resources[0].TargetService.Properties.TaskDefinition = arn;
    expect(parse(await set(text))).toEqual(document);
  });

  it("refuses a value that another place shares", async () => {
    const shared = `${written.replace("<TASK_DEFINITION>", "&td x")}note: *td\n`;
    await expect(set(shared)).rejects.toMatchObject({
      code: "APPSPEC_INVALID",
      message: expect.stringMatching(/TaskDefinition: shares/),
    });
  });

  it("writes JSON as JSON", async () => {
    const json = JSON.stringify(parse(written));
    expect(JSON.parse(await set(json))).toEqual(parse(written.replace("<TASK_DEFINITION>", `"${arn}"`)));
  });

  it("sets any text, changes that alone, and reads back what was set (property)", async () => {
    const text = fc.string({ unit: "binary" });
    const document = fc.record({
      before: text,
      name: fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/),
      container: text,
      port: fc.nat(65_535),
      extra: fc.dictionary(
        fc.stringMatching(/^zz[A-Z]{20}$/),
        fc.json().map((json) => JSON.parse(json)),
        { maxKeys: 2 },
      ),
    });
    const write = fc.constantFrom<(value: unknown) => string>(
      JSON.stringify,
      stringify,
      (value) => `# c\n${stringify(value, { flowCollectionPadding: false })}# d\n`,
    );
    await fc.assert(
      fc.asyncProperty(document, write, text, async ({ before, name, container, port, extra }, toText, value) => {
        const made = (taskDefinition: string) => ({
          version: 0,
          Resources: [
            {
              [name]: {
                Type: "AWS::ECS::Service",
                Properties: {
                  TaskDefinition: taskDefinition,
                  LoadBalancerInfo: { ContainerName: container, ContainerPort: port },
                },
              },
            },
          ],
          ...extra,
        });
        const done = await readAppSpec(
          "a",
          await withTaskDefinition(await readAppSpec("a", toText(made(before))), value),
        );
        expect(done.taskDefinition).toBe(value);
        expect(done.document).toEqual(made(value));
      }),
      runs(150),
    );
  });
});

it("of a hundred thousand errors is refused by its first, in a moment", { timeout: 4_000 }, async () => {
  await expect(set(`*${"[".repeat(100_000)}`)).rejects.toThrow(/is neither JSON nor YAML: .* at line 1, column 1$/);
});

describe("an AppSpec of any bytes (property)", () => {
  it("is read, or refused as APPSPEC_INVALID", async () => {
    const names = [
      "version",
      "0.0",
      "Resources",
      "TargetService",
      "Type",
      "AWS::ECS::Service",
      "Properties",
      "TaskDefinition",
      "Hooks",
    ];
    const bytes = fc.oneof(
      hostileBytes(written, "&a ", "*a", "<<: "),
      hostileJson(...names).map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (given) => {
        const started = performance.now();
        try {
          await set(given.toString("utf8"));
        } catch (error) {
          expect(error).toBeInstanceOf(ToolkitError);
          expect((error as ToolkitError).code).toBe("APPSPEC_INVALID");
        }
        expect(performance.now() - started).toBeLessThan(5_000);
      }),
      runs(300),
    );
  });
});
