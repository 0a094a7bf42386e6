/** Nothing answers, or it is not for this run any more: endpoints, credentials and calls that are given up. */
import { asked, ofTheApi, register, update } from "./api-release.ts";
import type { Failure } from "./failure.ts";

const nowhere = { outcome: "AWS_NOT_CONFIGURED", exitCode: 1, mutating: [] } as const;
const expired = (operation: string, after = 0) => [{ kind: "expired-token", operations: [operation], after }];
const ended = { outcome: "AWS_CREDENTIALS_EXPIRED", exitCode: 1, why: /security token .* is expired/ } as const;
const renew = "^Renew the credentials, or give them a longer session\\.";

function at(endpoint: string) {
  return { release: { surroundings: { AWS_ENDPOINT_URL: endpoint } } };
}

export const endpointFailures: readonly Failure[] = [
  ofTheApi("connection refused", [], {
    ...nowhere,
    ...at("http://127.0.0.1:1"),
    why: /^ecs:DescribeServices: nothing answers at http:\/\/127\.0\.0\.1:1: connect ECONNREFUSED/,
    fix: /^Check the network, AWS_REGION and AWS_ENDPOINT_URL: nothing answers at http:\/\/127\.0\.0\.1:1\. Nothing was/,
  }),
  ofTheApi("DNS failure", [], {
    ...nowhere,
    ...at("http://ecs.nowhere.invalid"),
    why: /^ecs:DescribeServices: nothing answers at http:\/\/ecs\.nowhere\.invalid: getaddrinfo/,
    fix: /AWS_REGION and AWS_ENDPOINT_URL: nothing answers at http:\/\/ecs\.nowhere\.invalid\. Nothing was/,
  }),
  {
    name: "no TLS where it is expected",
    runtimes: ["simulated"],
    release: async ({ endpoint }) => ({ surroundings: { AWS_ENDPOINT_URL: endpoint.replace("http:", "https:") } }),
    seen: {
      ...nowhere,
      why: /^ecs:DescribeServices: .*EPROTO/,
      fix: /^Check AWS_ENDPOINT_URL, and the network's proxy .*: what answers at https:\/\/127\.0\.0\.1:\d+ is not AWS\./,
    },
  },
  ofTheApi("token expired before anything", expired("DescribeServices"), {
    ...ended,
    fix: new RegExp(`${renew} Nothing was registered or updated\\.$`),
    mutating: [],
  }),
  ofTheApi("token expired before it registers", expired(register), {
    ...ended,
    fix: new RegExp(`${renew} Nothing was registered or updated\\.$`),
    mutating: [register],
  }),
  ofTheApi("token expired between register and update", expired(update), {
    ...ended,
    fix: new RegExp(`${renew} ecs-demo:\\d+ was registered; the service was not changed\\.$`),
    mutating: asked,
  }),
  ofTheApi("throttled beyond all patience", [{ kind: "throttle", operations: [update] }], {
    release: { flags: ["--max-retries", "0"] },
    outcome: "AWS_CALL_FAILED",
    exitCode: 1,
    why: /^ecs:UpdateService: ThrottlingException: Rate exceeded/,
    fix: /^Try again later: .*ecs:UpdateService .* ecs-demo:\d+ was registered; the service was not changed\.$/,
    mutating: asked,
  }),
  // The last: its deployment goes on.
  ofTheApi("token expired in the middle", expired("DescribeServices", 1), {
    ...ended,
    why: /is expired.*\. Deployment ecs-svc\/\d+ of ecs-demo:\d+ in service web goes on without being watched$/,
    fix: new RegExp(renew),
    mutating: asked,
  }),
];
