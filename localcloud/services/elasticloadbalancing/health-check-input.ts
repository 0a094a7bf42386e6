/**
 * The API's health check members: their limits, and what is left out.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
import type { ModifyTargetGroupInput, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { HealthCheck } from "../../loadbalancer/health-check.ts";
import { checkRange, validationError } from "./errors.ts";
import { notImplemented, refuseMembers, refuseOthers } from "./refusals.ts";

type HealthCheckInput = Omit<ModifyTargetGroupInput, "TargetGroupArn">;

/** Of a target group with the protocol HTTP. */
export const defaultHealthCheck: HealthCheck = {
  path: "/",
  port: "traffic-port",
  intervalSeconds: 30,
  timeoutSeconds: 6,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: "200",
};

const MAX_PATH = 1024;
const CODES = { min: 200, max: 499 };

/**
 * The health check that results from the given members on top of `before`.
 * @throws {AwsError} ValidationError, NotImplemented
 */
export function healthCheckFrom(input: HealthCheckInput, before: HealthCheck): HealthCheck {
  refuseOthers("the health check protocol", input.HealthCheckProtocol, ["HTTP"]);
  if (input.HealthCheckEnabled === false)
    throw validationError("Health checks cannot be disabled for target groups with target type 'instance' or 'ip'");
  const check: HealthCheck = {
    path: pathFrom(input.HealthCheckPath) ?? before.path,
    port: portFrom(input.HealthCheckPort) ?? before.port,
    intervalSeconds:
      ranged("healthCheckIntervalSeconds", input.HealthCheckIntervalSeconds, 5, 300) ?? before.intervalSeconds,
    timeoutSeconds:
      ranged("healthCheckTimeoutSeconds", input.HealthCheckTimeoutSeconds, 2, 120) ?? before.timeoutSeconds,
    healthyThreshold: ranged("healthyThresholdCount", input.HealthyThresholdCount, 2, 10) ?? before.healthyThreshold,
    unhealthyThreshold:
      ranged("unhealthyThresholdCount", input.UnhealthyThresholdCount, 2, 10) ?? before.unhealthyThreshold,
    matcher: matcherFrom(input.Matcher) ?? before.matcher,
  };
  if (check.timeoutSeconds >= check.intervalSeconds)
    throw validationError("Health check interval must be greater than the timeout.");
  return check;
}

/** The health check as the API shows it. */
export function healthCheckView(check: HealthCheck): Partial<TargetGroup> {
  return {
    HealthCheckProtocol: "HTTP",
    HealthCheckPort: String(check.port),
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.matcher },
  };
}

function ranged(member: string, value: number | undefined, min: number, max: number): number | undefined {
  if (value !== undefined) checkRange(member, value, { min, max });
  return value;
}

function pathFrom(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (!path.startsWith("/") || path.length > MAX_PATH || /[^!-~]/.test(path))
    throw validationError(
      `Health check path '${path}' must begin with a '/' character, and can have at most ${MAX_PATH} printable ASCII characters without spaces`,
    );
  return path;
}

function portFrom(port: string | undefined): HealthCheck["port"] | undefined {
  if (port === undefined || port === "traffic-port") return port;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535)
    throw validationError(
      `Health check port '${port}' must be either 'traffic-port' or a port number between 1 and 65535`,
    );
  return number;
}

function matcherFrom(matcher: ModifyTargetGroupInput["Matcher"]): string | undefined {
  if (matcher === undefined) return undefined;
  refuseMembers(matcher, ["GrpcCode"]);
  const codes = matcher.HttpCode;
  if (codes === undefined) throw notImplemented("a Matcher without HttpCode");
  if (!codes.split(",").every(isCodeRange))
    throw validationError(
      `Health check matcher HTTP code '${codes}' must be within '${CODES.min}-${CODES.max}' inclusive`,
    );
  return codes;
}

function isCodeRange(part: string): boolean {
  const match = /^(\d{3})(?:-(\d{3}))?$/.exec(part);
  if (match === null) return false;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from >= CODES.min && from <= to && to <= CODES.max;
}
