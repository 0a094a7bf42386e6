/** Values of a task definition's members that the schema calls strings and numbers, and that are not just any. */
import fc from "fast-check";
import type { JsonValue } from "../platform/json.ts";

const names = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const keys = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,8}$/);
const role = fc.constantFrom("arn:aws:iam::123456789012:role/web", "web");

/** By member, or by its owner and it; `[]` is a list's item. */
export const memberValues: ReadonlyMap<string, fc.Arbitrary<JsonValue>> = new Map(
  Object.entries<fc.Arbitrary<JsonValue>>({
    family: names,
    "containerDefinitions.name": names,
    "volumes.name": names,
    image: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?(:[a-z0-9]{1,8}|@sha256:[0-9a-f]{64})$/),
    "environment.name": keys,
    "secrets.name": keys,
    "secretOptions.name": keys,
    valueFrom: fc.constantFrom(
      "/web/db",
      "arn:aws:ssm:us-east-1:123456789012:parameter/web/db",
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:password::",
    ),
    taskRoleArn: fc.oneof(role, fc.constant("")),
    executionRoleArn: role,
    networkMode: fc.constantFrom("awsvpc", "bridge", "host", "none"),
    requiresCompatibilities: fc.constantFrom<JsonValue[]>([], ["EC2"]),
    "containerDefinitions.cpu": fc.nat(2),
    ".cpu": fc.constantFrom("256", "0.5 vCPU", ".25 vcpu", "1 vCPU"),
    ".memory": fc.constantFrom("512", "1 GB", "0.5GB", "2048"),
    containerPort: fc.integer({ min: 1, max: 65_535 }),
    hostPort: fc.integer({ min: 1, max: 65_535 }),
    protocol: fc.constantFrom("tcp", "udp"),
    appProtocol: fc.constantFrom("http", "http2", "grpc"),
    "dependsOn.containerName": names,
    condition: fc.constantFrom("START"),
    startTimeout: fc.integer({ min: 2, max: 120 }),
    stopTimeout: fc.integer({ min: 2, max: 120 }),
    versionConsistency: fc.constantFrom("enabled", "disabled"),
    "ulimits.name": fc.constantFrom("nofile", "core", "stack"),
    logConfiguration: fc.constantFrom<JsonValue[]>(
      { logDriver: "awslogs", options: { "awslogs-group": "/web", "awslogs-region": "us-east-1", mode: "" } },
      {
        logDriver: "splunk",
        options: { "splunk-url": "https://a/?b=c=d" },
        secretOptions: [{ name: "splunk-token", valueFrom: "/t" }],
      },
      { logDriver: "json-file" },
    ),
    "healthCheck.command": fc
      .tuple(fc.constantFrom("CMD", "CMD-SHELL"), fc.string())
      .map(([how, command]) => [how, command]),
    interval: fc.integer({ min: 5, max: 300 }),
    timeout: fc.integer({ min: 2, max: 60 }),
    retries: fc.integer({ min: 1, max: 10 }),
    startPeriod: fc.integer({ min: 0, max: 300 }),
    "resourceRequirements.type": fc.constantFrom("GPU", "InferenceAccelerator"),
    "dockerVolumeConfiguration.scope": fc.constantFrom("task", "shared"),
    transitEncryption: fc.constantFrom("ENABLED", "DISABLED"),
    "tags.key": fc.stringMatching(/^[A-Za-z0-9_.:/=+@-]{1,12}$/).filter((key) => !/^aws:/i.test(key)),
    add: fc.uniqueArray(fc.constantFrom("SYS_PTRACE", "NET_ADMIN"), { maxLength: 2 }),
    drop: fc.uniqueArray(fc.constantFrom("ALL", "KILL"), { maxLength: 2 }),
    ignoredExitCodes: fc.uniqueArray(fc.nat(255), { maxLength: 3 }),
  }),
);

/** The members that tell the items of a list apart; ECS refuses, or cannot tell, two with the same ones. */
export const namedBy: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    containerDefinitions: ["name"],
    environment: ["name"],
    secrets: ["name"],
    volumes: ["name"],
    tags: ["key"],
    ulimits: ["name"],
    portMappings: ["containerPort"],
  }),
);

/** CPU and memory that go together on Fargate, in each way that they can be written. */
export const fargateSizes = fc.constantFrom(
  { cpu: "256", memory: "512" },
  { cpu: ".25 vCPU", memory: "0.5 GB" },
  { cpu: "0.5 vcpu", memory: "1GB" },
  { cpu: "1024", memory: "2 GB" },
  { cpu: "1 vCPU", memory: "8192" },
);
