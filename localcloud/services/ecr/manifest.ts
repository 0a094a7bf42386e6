/**
 * What a manifest says of itself, in the four forms that clients push today.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md and image-index.md, and Docker's schema 2:
 * https://distribution.github.io/distribution/spec/manifest-v2-2/
 */
import * as v from "valibot";
import { isDigest } from "./digest.ts";
import { invalidParameter } from "./errors.ts";

/** Amazon ECR's own limit for `imageManifest`. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

const IMAGE_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const INDEX_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

const descriptor = v.object({
  mediaType: v.string(),
  digest: v.pipe(v.string(), v.check(isDigest)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

const common = {
  schemaVersion: v.literal(2),
  mediaType: v.optional(v.string()),
  artifactType: v.optional(v.string()),
  subject: v.optional(descriptor),
  annotations: v.optional(v.record(v.string(), v.string())),
};

/** Go's clients write an empty list as null. */
const imageManifest = v.object({ ...common, config: descriptor, layers: v.nullable(v.array(descriptor)) });

const platform = v.object({ os: v.string(), architecture: v.string() });

const imageIndex = v.object({
  ...common,
  manifests: v.array(v.object({ ...descriptor.entries, platform: v.optional(platform) })),
});

export type Descriptor = v.InferOutput<typeof descriptor>;
export type ImageManifest = {
  readonly kind: "image";
  readonly mediaType: string;
  readonly layers: readonly Descriptor[];
} & Omit<v.InferOutput<typeof imageManifest>, "layers">;
type ImageIndex = { readonly kind: "index"; readonly mediaType: string } & v.InferOutput<typeof imageIndex>;
export type Manifest = ImageManifest | ImageIndex;

/**
 * @param declaredType what the client says the manifest is; the manifest's own `mediaType`, where it has one, must agree.
 * @throws {AwsError} `InvalidParameterException` for what is not a manifest of a supported type.
 */
export function parseManifest(bytes: Uint8Array, declaredType: string | undefined): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES)
    throw invalidParameter("ImageManifest", `Member must have length less than or equal to ${MAX_MANIFEST_BYTES}`);
  const json = parseJson(bytes);
  const mediaType = mediaTypeOf(json, declaredType);
  if (IMAGE_TYPES.includes(mediaType)) return { ...validImage(json), kind: "image", mediaType };
  if (INDEX_TYPES.includes(mediaType)) return { ...valid(imageIndex, json), kind: "index", mediaType };
  throw invalidParameter("ImageManifest", `Unsupported manifest type: "${mediaType}"`);
}

/** What kind of artifact it is: its own word for it, else its configuration's. https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidelines-for-artifact-usage */
export function artifactTypeOf(manifest: Manifest): string | undefined {
  return manifest.artifactType ?? (manifest.kind === "image" ? manifest.config.mediaType : undefined);
}

/** Everything that must be in the repository before the manifest may be. */
export function blobsOf(manifest: ImageManifest): readonly Descriptor[] {
  return [manifest.config, ...manifest.layers];
}

function mediaTypeOf(json: unknown, declaredType: string | undefined): string {
  const own = v.safeParse(v.object({ mediaType: v.string() }), json);
  const mediaType = own.success ? own.output.mediaType : declaredType;
  if (mediaType === undefined) throw invalidParameter("ImageManifestMediaType", "must not be null");
  if (declaredType !== undefined && declaredType !== mediaType)
    throw invalidParameter("ImageManifestMediaType", `must match the manifest's mediaType "${mediaType}"`);
  return mediaType;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw notAManifest();
  }
}

function valid<Schema extends v.GenericSchema>(schema: Schema, json: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) throw notAManifest();
  return parsed.output;
}

/** The specification only advises at least one layer; Amazon ECR insists on it. */
function validImage(json: unknown) {
  const { layers, ...manifest } = valid(imageManifest, json);
  if (layers === null || layers.length === 0)
    throw invalidParameter("ImageManifest", "Image has to have at least 1 layer");
  return { ...manifest, layers };
}

/** Amazon ECR has one sentence for broken JSON and for JSON that is no manifest. */
function notAManifest() {
  return invalidParameter("ImageManifest", "Invalid JSON syntax");
}
