import { resolve } from "node:path";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../localcloud/local-cloud.ts";

/** A local cloud on a free port, from source. Its tasks are processes unless a test says otherwise: what it tests is the API. */
export function startCloud(options: Pick<LocalCloudOptions, "runtime" | "clock" | "speed"> = {}): Promise<LocalCloud> {
  const reaperEntry = resolve("localcloud/runtime/reaper/main.ts");
  return startLocalCloud({ port: 0, reaperEntry, onBug: failOnBug, runtime: "process", ...options });
}

/** An SDK client's configuration that reaches the local cloud and tries once, so that a test sees the first answer. */
export function sdkConfig(cloud: Pick<LocalCloud, "endpoint">) {
  return {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
}

/** A defect inside the local cloud must fail the test that met it, not only be logged. */
function failOnBug(error: unknown, what: string): void {
  throw new Error(`The local cloud failed at ${what}`, { cause: error });
}
