import { describe, expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import { errorOf, setUp } from "./testing.ts";

describe("tags", () => {
  it("are added, replaced, removed, and gone with their resource", async () => {
    const { elb, targetGroup } = setUp();
    const arn = targetGroup();
    const tags = () => elb.DescribeTags({ ResourceArns: [arn] }, call).TagDescriptions[0]?.Tags;
    expect(tags()).toEqual([]);
    const add = (Tags: { Key: string; Value?: string }[]) => elb.AddTags({ ResourceArns: [arn], Tags }, call);
    add([{ Key: "stage", Value: "test" }, { Key: "owner" }]);
    add([{ Key: "stage", Value: "production" }]);
    expect(tags()).toEqual([
      { Key: "stage", Value: "production" },
      { Key: "owner", Value: "" },
    ]);
    elb.RemoveTags({ ResourceArns: [arn], TagKeys: ["owner", "gone"] }, call);
    expect(tags()).toEqual([{ Key: "stage", Value: "production" }]);
    elb.DeleteTargetGroup({ TargetGroupArn: arn }, call);
    expect((await errorOf(tags))?.code).toBe("TargetGroupNotFoundException");
  });

  it("come with every kind of resource", async () => {
    const { elb, loadBalancer, targetGroup, listener, rule, loadBalancing } = setUp();
    const [lb, group] = [loadBalancer(), targetGroup()];
    const listening = await listener(lb, group);
    const ResourceArns = [lb, group, listening, rule(listening, group, 1)];
    elb.AddTags({ ResourceArns, Tags: [{ Key: "a", Value: "b" }] }, call);
    expect(elb.DescribeTags({ ResourceArns }, call).TagDescriptions).toEqual(
      ResourceArns.map((ResourceArn) => ({ ResourceArn, Tags: [{ Key: "a", Value: "b" }] })),
    );
    await loadBalancing.close();
  });

  it.each([
    [[{ Key: "a" }, { Key: "a" }], "DuplicateTagKeysException"],
    [Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}` })), "TooManyTagsException"],
    [[{ Key: "aws:cloudformation:stack-name" }], "ValidationError"],
    [[{ Key: "k".repeat(129) }], "ValidationError"],
    [[{ Key: "k", Value: "v".repeat(257) }], "ValidationError"],
  ])("refuse what AWS refuses (%#)", async (Tags, code) => {
    const { elb, targetGroup } = setUp();
    const arn = targetGroup();
    expect((await errorOf(() => elb.AddTags({ ResourceArns: [arn], Tags }, call)))?.code).toBe(code);
  });
});
