import type { ApplicationAutoScaling, DescribeScalableTargetsRequest } from "@aws-sdk/client-application-auto-scaling";
import { expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import type { Operations } from "../../gateway/service.ts";
import { applicationAutoScalingService } from "./operations.ts";

const operations = applicationAutoScalingService().operations as Required<
  Pick<Operations<ApplicationAutoScaling>, "DescribeScalableTargets" | "DescribeScalingPolicies">
>;
const ecs = { ServiceNamespace: "ecs" } as const;

it("knows of no service whose desired count is scaled", async () => {
  const input: DescribeScalableTargetsRequest = {
    ...ecs,
    ResourceIds: ["service/default/web"],
    ScalableDimension: "ecs:service:DesiredCount",
  };
  expect(await operations.DescribeScalableTargets(input, call)).toEqual({ ScalableTargets: [] });
  expect(await operations.DescribeScalingPolicies(ecs, call)).toEqual({ ScalingPolicies: [] });
});

it.each([
  ["ValidationException", { ServiceNamespace: "ec3" }, "Value 'ec3' at 'serviceNamespace'"],
  ["ValidationException", { ...ecs, ScalableDimension: "rds:cluster:ReadReplicaCount" }, "Unsupported"],
  ["ValidationException", { ...ecs, MaxResults: 51 }, "Maximum results"],
  ["InvalidNextTokenException", { ...ecs, NextToken: "x" }, "token"],
])("answers %s to %j", (code, input, message) => {
  expect(() => operations.DescribeScalableTargets(input as DescribeScalableTargetsRequest, call)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});
