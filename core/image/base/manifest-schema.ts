import * as v from "valibot";
import type { ImageConfiguration } from "../config/image-configuration.ts";

/** Only what is read here; anything else in a manifest is its maker's. */
const platform = v.object({ os: v.string(), architecture: v.string(), variant: v.exactOptional(v.string()) });

const descriptor = v.object({
  mediaType: v.string(),
  digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

const manifest = v.object({ config: descriptor, layers: v.pipe(v.array(descriptor), v.maxLength(500)) });

const index = v.object({
  manifests: v.array(v.object({ ...descriptor.entries, platform: v.optional(platform) })),
});

const strings = v.array(v.string());

const configuration = v.looseObject({
  architecture: v.string(),
  os: v.string(),
  variant: v.exactOptional(v.string()),
  config: v.nullish(
    v.looseObject({
      Env: v.nullish(strings),
      User: v.nullish(v.string()),
      WorkingDir: v.nullish(v.string()),
      Entrypoint: v.nullish(strings),
      Cmd: v.nullish(strings),
      Shell: v.nullish(strings),
      OnBuild: v.nullish(strings),
      Labels: v.nullish(v.record(v.string(), v.string())),
      Volumes: v.nullish(v.record(v.string(), v.object({}))),
      ExposedPorts: v.nullish(v.record(v.string(), v.object({}))),
    }),
  ),
  rootfs: v.object({ type: v.literal("layers"), diff_ids: strings }),
  history: v.nullish(v.array(v.looseObject({}))),
});

export type Descriptor = v.InferOutput<typeof descriptor>;

/** @throws {SyntaxError | v.ValiError} as all of these */
export function parseManifest(bytes: Buffer): v.InferOutput<typeof manifest> {
  return v.parse(manifest, JSON.parse(bytes.toString("utf8")));
}

export function parseIndex(bytes: Buffer): v.InferOutput<typeof index>["manifests"] {
  return v.parse(index, JSON.parse(bytes.toString("utf8"))).manifests;
}

/** A base's configuration; what it leaves out or sets to null is left out. */
export function parseConfiguration(bytes: Buffer): ImageConfiguration {
  const parsed = v.parse(configuration, JSON.parse(bytes.toString("utf8")));
  // The builder of the base's own container, long gone; Docker's builder drops it too.
  const { container: _, container_config: __, docker_version: ___, id: ____, parent: _____, ...rest } = parsed;
  return { ...rest, config: withoutNulls(parsed.config ?? {}), history: parsed.history ?? [] };
}

function withoutNulls<Value extends object>(value: Value): { [Key in keyof Value]: NonNullable<Value[Key]> } {
  const entries = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Value]: NonNullable<Value[Key]> };
}
