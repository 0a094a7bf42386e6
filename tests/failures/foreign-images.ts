/** Images for a machine that these tasks do not have. */
import { BatchGetImageCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { REPOSITORY } from "../../demo/bootstrap.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";

/** An index whose only platform is linux/arm64. @returns its reference */
export async function indexForArm(stage: FailureStage): Promise<string> {
  const cannotPull = "image Manifest does not contain descriptor matching platform 'linux/amd64'";
  const reference = await stage.image("2.0.0-arm64", { cannotPull });
  if (stage.runtime === "simulated") return reference;
  const [repository = "", digest = ""] = reference.split("@");
  const ecr = new ECRClient(stage.config);
  const { images: [image] = [] } = await ecr.send(
    new BatchGetImageCommand({ repositoryName: REPOSITORY, imageIds: [{ imageDigest: digest }] }),
  );
  const { imageManifest = "", imageManifestMediaType } = image ?? {};
  const child = { mediaType: imageManifestMediaType, digest, size: Buffer.byteLength(imageManifest) };
  const manifests = [{ ...child, platform: { os: "linux", architecture: "arm64" } }];
  await ecr.send(
    new PutImageCommand({
      repositoryName: REPOSITORY,
      imageTag: "arm64-only",
      imageManifestMediaType: INDEX,
      imageManifest: JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }),
    }),
  );
  ecr.destroy();
  return `${repository}:arm64-only`;
}

/** The head of a program for AArch64, which is all that an x86-64 looks at: System V ABI, "ELF Header". */
export function armProgram(): Buffer {
  const head = Buffer.alloc(64);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(183, 18);
  head.writeUInt32LE(1, 20);
  head.writeUInt16LE(64, 52);
  head.writeUInt16LE(56, 54);
  return head;
}
