/**
 * A target group's health check settings, as the load balancer uses them.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export interface HealthCheck {
  /** With its query, if it has one. */
  readonly path: string;
  readonly port: "traffic-port" | number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** HTTP codes that count as success: `200`, `200,202` or `200-299`. */
  readonly matcher: string;
}

/** Whether an HTTP status is one of a matcher's codes. The matcher has the form that the API checked. */
export function statusMatches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [from = Number.NaN, to = from] = part.split("-").map(Number);
    return status >= from && status <= to;
  });
}
