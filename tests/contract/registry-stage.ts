/** A local cloud with repositories, and what the clients of its registry need: a folder and a password. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECR } from "@aws-sdk/client-ecr";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { sdkConfig, startCloud } from "./sdk.ts";

export interface RegistryStage {
  readonly cloud: LocalCloud;
  readonly ecr: ECR;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly folder: string;
  /** As `aws ecr get-login-password` prints it. */
  readonly password: string;
  end(): Promise<void>;
}

export async function startRegistryStage(...repositories: string[]): Promise<RegistryStage> {
  const cloud = await startCloud();
  const ecr = new ECR(sdkConfig(cloud));
  for (const repositoryName of repositories) await ecr.createRepository({ repositoryName });
  const { authorizationData: [authorization] = [] } = await ecr.getAuthorizationToken({});
  const credentials = Buffer.from(authorization?.authorizationToken ?? "", "base64").toString();
  const folder = await mkdtemp(join(tmpdir(), "registry-stage-"));
  return {
    cloud,
    ecr,
    host: new URL(cloud.endpoint).host,
    folder,
    password: credentials.replace(/^AWS:/, ""),
    async end() {
      ecr.destroy();
      await cloud.close();
      await rm(folder, { recursive: true });
    },
  };
}
