import { describe, expect, it } from "vitest";
import { deployInput } from "./deploy-input.ts";
import { deployment, service } from "./scripted-aws.fixture.ts";
import { settingsChange, wantedSettings } from "./service-settings.ts";

const parse = (input: object) => deployInput.parse({ "task-definition": "a.json", service: "web", ...input });
const change = (input: object, changes = {}) =>
  settingsChange(service([deployment("1", "web:42")], changes), wantedSettings(parse(input)));

const spot = '[{"capacityProvider": "FARGATE_SPOT", "weight": 1}]';
const volume = { roleArn: "arn:aws:iam::0:role/ebs", sizeInGiB: 10 };

describe("settingsChange", () => {
  it("is nothing where nothing is given, whatever the service has", () => {
    expect(change({}, { propagateTags: "SERVICE", enableECSManagedTags: true, desiredCount: 7 })).toEqual({
      request: {},
      changes: [],
    });
  });

  it.each<[object, object, object]>([
    [{ "desired-count": 3 }, {}, { desiredCount: 3 }],
    [{ "health-check-grace-period-seconds": 30 }, {}, { healthCheckGracePeriodSeconds: 30 }],
    [{ "propagate-tags": "SERVICE" }, {}, { propagateTags: "SERVICE" }],
    [{ "enable-ecs-managed-tags": true }, {}, { enableECSManagedTags: true }],
    [
      { "capacity-provider-strategy": spot },
      {},
      {
        capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 }],
        forceNewDeployment: true,
      },
    ],
    [
      { "service-managed-ebs-volume": JSON.stringify(volume), "service-managed-ebs-volume-name": "data" },
      {},
      { volumeConfigurations: [{ name: "data", managedEBSVolume: volume }] },
    ],
  ])("sends what differs, and no more: %j", (input, changes, request) => {
    expect(change(input, changes).request).toEqual(request);
    expect(change(input, changes).changes).toHaveLength(1);
  });

  it.each<[object, object]>([
    [{ "desired-count": 2 }, {}],
    [{ "health-check-grace-period-seconds": 0 }, {}],
    [{ "propagate-tags": "NONE" }, {}],
    [{ "enable-ecs-managed-tags": false }, {}],
    [
      { "capacity-provider-strategy": spot },
      { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 }] },
    ],
  ])("sends nothing that the service has already, defaults included: %j", (input, changes) => {
    expect(change(input, changes).request).toEqual({});
  });

  it("takes a volume with more settings than were given for the same", () => {
    const managedEBSVolume = { ...volume, filesystemType: "xfs" };
    const before = service([
      deployment("1", "web:42", { volumeConfigurations: [{ name: "data", managedEBSVolume }] as never }),
    ]);
    const wanted = wantedSettings(
      parse({ "service-managed-ebs-volume": JSON.stringify(volume), "service-managed-ebs-volume-name": "data" }),
    );
    expect(settingsChange(before, wanted).request).toEqual({});
    const larger = wantedSettings(
      parse({
        "service-managed-ebs-volume": JSON.stringify({ ...volume, sizeInGiB: 20 }),
        "service-managed-ebs-volume-name": "data",
      }),
    );
    expect(settingsChange(before, larger).changes).toHaveLength(1);
  });

  it.each<[object, string]>([
    [{ "capacity-provider-strategy": "FARGATE" }, "capacity-provider-strategy: is not JSON"],
    [{ "capacity-provider-strategy": "{}" }, "capacity-provider-strategy: is not a JSON list"],
    [{ "service-managed-ebs-volume": "{}" }, "service-managed-ebs-volume: service-managed-ebs-volume-name is missing"],
    [{ "service-managed-ebs-volume-name": "a" }, "service-managed-ebs-volume is missing"],
    [
      { "service-managed-ebs-volume": "[]", "service-managed-ebs-volume-name": "a" },
      'is not a JSON object with "roleArn"',
    ],
  ])("refuses what is not of its form: %j", (input, message) => {
    expect(() => wantedSettings(parse(input))).toThrow(message);
  });
});

describe("deployInput", () => {
  it.each<[object, string]>([
    [{ service: undefined }, "service: is missing"],
    [{ services: ["a", "b"] }, "services: service is given too"],
    [{ "wait-until": "ready" }, "wait-until: must be one of deployed, stable"],
  ])("refuses %j", (input, message) => {
    expect(() => parse(input)).toThrow(message);
  });
});
