/** What a task definition is once it was registered: the same one, for Amazon ECS and for the diff. */
import { ECS } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../core/platform/json.ts";
import { checkTaskDefinition, registerRequest } from "../../core/task-definition/check.ts";
import { diffTaskDefinitions } from "../../core/task-definition/diff.ts";
import { loadRevision, type ReadTaskDefinition } from "../../core/task-definition/load-revision.ts";
import { renderTaskDefinition } from "../../core/task-definition/render.ts";
import { validTaskDefinitions } from "../../core/task-definition/valid-task-definition.fixture.ts";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { sdkConfig, startCloud } from "../contract/sdk.ts";
import { runs } from "./runs.ts";

let cloud: LocalCloud;
let ecs: ECS;
beforeAll(async () => {
  cloud = await startCloud({ runtime: "simulated" });
  ecs = new ECS(sdkConfig(cloud));
});
afterAll(() => cloud.close());

/** Registers the document and loads what became of it. */
async function registered(document: JsonObject) {
  const checked = await checkTaskDefinition({ name: "taskdef.json", document });
  const { taskDefinition } = await ecs.registerTaskDefinition(registerRequest(checked));
  const arn = taskDefinition?.taskDefinitionArn ?? "";
  const reader: Pick<ReadTaskDefinition, "describeTaskDefinition"> = {
    describeTaskDefinition: (input) => ecs.describeTaskDefinition(input),
  };
  return checkTaskDefinition(await loadRevision(reader, arn, new AbortController().signal));
}

describe("a task definition that was registered and loaded again (properties)", () => {
  it("is the same to the diff, needs nothing left out, and registers as itself", async () => {
    await fc.assert(
      fc.asyncProperty(validTaskDefinitions(), async (document) => {
        const loaded = await registered(document);
        const rendered = renderTaskDefinition(loaded, {});
        expect(rendered.document).toEqual(loaded.document);
        expect(rendered).toMatchObject({ dropped: [], unknownKeys: [] });
        expect(diffTaskDefinitions(loaded.document, document)).toEqual([]);
        expect(diffTaskDefinitions(document, loaded.document)).toEqual([]);
        expect((await registered(rendered.document)).document).toEqual(loaded.document);
      }),
      runs(40),
    );
  });
});
