/** What the builder writes: OCI, which Amazon ECR, Docker and AWS Fargate all take, and which can hold any base's layers. */
export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociConfig = "application/vnd.oci.image.config.v1+json";
export const ociGzipLayer = "application/vnd.oci.image.layer.v1.tar+gzip";

const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
const indexes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

export function isIndex(mediaType: string): boolean {
  return indexes.includes(mediaType);
}

export function isManifest(mediaType: string): boolean {
  return mediaType === ociManifest || mediaType === dockerManifest;
}

/** For the Accept header of a manifest request. */
export const acceptedManifests = [ociManifest, dockerManifest, ...indexes].join(", ");

const layers = new Map([
  ["application/vnd.docker.image.rootfs.diff.tar.gzip", ociGzipLayer],
  ["application/vnd.docker.image.rootfs.diff.tar", "application/vnd.oci.image.layer.v1.tar"],
  [ociGzipLayer, ociGzipLayer],
  ["application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.v1.tar"],
  ["application/vnd.oci.image.layer.v1.tar+zstd", "application/vnd.oci.image.layer.v1.tar+zstd"],
]);

/** The OCI name of a layer's media type; the bytes are the same. `undefined` for what cannot be copied (foreign layers). */
export function ociLayerType(mediaType: string): string | undefined {
  return layers.get(mediaType);
}
