/**
 * How a load balancer treats the traffic of its listeners, by its attributes.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
 */
export interface TrafficSettings {
  /** `idle_timeout.timeout_seconds`: of a request that stands still, and of a client's connection between two. */
  readonly idleTimeoutMs: number;
  /** `routing.http.xff_header_processing.mode` */
  readonly forwardedFor: "append" | "preserve" | "remove";
  /** `routing.http.xff_client_port.enabled`: whether X-Forwarded-For tells the client's port, too. */
  readonly forwardsClientPort: boolean;
}

export const defaultTrafficSettings: TrafficSettings = {
  idleTimeoutMs: 60_000,
  forwardedFor: "append",
  forwardsClientPort: false,
};
