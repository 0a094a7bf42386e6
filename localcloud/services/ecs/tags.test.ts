import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs } from "./ecs.fixture.ts";

let ecs: EcsHarness;

beforeEach(async () => {
  ecs = startEcs();
  await ecs.createService(await ecs.register("web:1"));
  await ecs.clock.advance(2_000);
});

async function arns(): Promise<Record<string, string | undefined>> {
  const { serviceArn, clusterArn, taskDefinition } = await ecs.service();
  const [task] = await ecs.tasks();
  return { service: serviceArn, cluster: clusterArn, "task-definition": taskDefinition, task: task?.taskArn };
}

describe("tags", () => {
  it.each(["cluster", "service", "task", "task-definition"])(
    "can be put on a %s, changed and taken off",
    async (kind) => {
      const resourceArn = (await arns())[kind];
      await ecs.call("TagResource", {
        resourceArn,
        tags: [
          { key: "team", value: "a" },
          { key: "stage", value: "test" },
        ],
      });
      await ecs.call("TagResource", { resourceArn, tags: [{ key: "team", value: "b" }] });
      await ecs.call("UntagResource", { resourceArn, tagKeys: ["stage"] });
      expect(await ecs.call("ListTagsForResource", { resourceArn })).toEqual({ tags: [{ key: "team", value: "b" }] });
    },
  );

  it("show where they are asked for", async () => {
    const { service: resourceArn } = await arns();
    await ecs.call("TagResource", { resourceArn, tags: [{ key: "team", value: "a" }] });
    const { services } = await ecs.call("DescribeServices", { services: ["web"], include: ["TAGS"] });
    expect(services?.[0]?.tags).toEqual([{ key: "team", value: "a" }]);
  });

  it.each([
    [{ key: "aws:mine", value: "x" }, "must not begin with 'aws:'"],
    [{ key: "", value: "x" }, "1 to 128 characters"],
    [{ key: "k", value: "x".repeat(257) }, "at most 256 characters"],
  ])("refuse %j", async (tag, sentence) => {
    const { cluster: resourceArn } = await arns();
    const tagging = ecs.call("TagResource", { resourceArn, tags: [tag] });
    await expect(tagging).rejects.toThrow(sentence);
    await expect(tagging).rejects.toMatchObject({ code: "InvalidParameterException" });
  });

  it("of what is not there are refused in its own words", async () => {
    const list = (resourceArn: string) => ecs.call("ListTagsForResource", { resourceArn });
    const arn = (resource: string) => `arn:aws:ecs:us-east-1:000000000000:${resource}`;
    await expect(list(arn("cluster/none"))).rejects.toMatchObject({ code: "ClusterNotFoundException" });
    await expect(list(arn("service/default/none"))).rejects.toMatchObject({ code: "ServiceNotFoundException" });
    await expect(list(arn("task-definition/web:9"))).rejects.toMatchObject({ code: "ClientException" });
    await expect(list("none")).rejects.toMatchObject({ code: "InvalidParameterException" });
  });
});
