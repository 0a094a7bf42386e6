/** How a runtime on this machine pulls from this registry, with the failures in the words of the ECS agent. */
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import {
  CannotPull,
  type ImageSource,
  type StoredImage as PullableImage,
  type RegistryCredentials,
} from "../../runtime/runtime.ts";
import type { ImageManifest } from "./manifest.ts";
import type { Repository, StoredImage } from "./repository.ts";
import type { EcrStore } from "./store.ts";

export interface ImageSourceOptions {
  readonly store: EcrStore;
  /** `127.0.0.1:4566`; known once the gateway listens. */
  readonly registryHost: () => string;
  /** As OCI names it; this machine's by default. */
  readonly architecture?: string;
}

/** A configuration is a page of JSON; a blob of another size is none. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

const text = v.exactOptional(v.string());
const texts = v.exactOptional(v.nullable(v.array(v.string())));

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md, what running needs of it. */
const configSchema = v.object({
  config: v.exactOptional(
    v.object({
      Entrypoint: texts,
      Cmd: texts,
      Env: texts,
      WorkingDir: text,
      User: text,
      StopSignal: text,
      ExposedPorts: v.exactOptional(v.record(v.string(), v.looseObject({}))),
    }),
  ),
});

/** @returns a source whose `find` throws {CannotPull}. */
export function imageSource({
  store,
  registryHost,
  architecture = ociArchitecture(),
}: ImageSourceOptions): ImageSource {
  return {
    async find(reference, credentials) {
      const { repository, image } = resolve(store, registryHost(), reference);
      if (credentials !== undefined) logIn(store, credentials, reference);
      const manifest = forPlatform(repository, image, architecture);
      const layers = manifest.layers.map(({ digest, mediaType }) => ({
        digest,
        mediaType,
        path: store.blobs.path(digest),
      }));
      return { digest: image.digest, config: await readConfig(store, repository, manifest), layers };
    },
  };
}

function resolve(store: EcrStore, host: string, reference: string): { repository: Repository; image: StoredImage } {
  if (!reference.startsWith(`${host}/`))
    throw new CannotPull(
      `pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: the local cloud pulls from its own registry only, ${host}`,
    );
  const { name, tag, digest } = parseReference(reference.slice(host.length + 1));
  const repository = store.repositories().find(({ settings }) => settings.name === name);
  // By digest where there is one: ECS itself pins `repository:tag@sha256:…`, and the tag may have moved since.
  const image = repository?.find(digest === undefined ? { imageTag: tag } : { imageDigest: digest });
  if (repository === undefined || image === undefined)
    throw new CannotPull(
      `pull image manifest has been retried 7 time(s): failed to resolve ref ${reference}: not found`,
    );
  return { repository, image };
}

/** What a registry's answer to a wrong or an old password becomes. */
function logIn(store: EcrStore, { username, password }: RegistryCredentials, reference: string): void {
  const verdict = username === "AWS" ? store.judgePassword(password) : "unknown";
  if (verdict === "valid") return;
  const [host = ""] = reference.split("/", 1);
  const status = verdict === "expired" ? "403 Forbidden" : "400 Bad Request";
  throw new CannotPull(
    `pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: pulling from host ${host} failed with status code [manifests ${reference.replace(/^.*[:@]/, "")}]: ${status}`,
  );
}

/** `name[:tag][@digest]`; a name alone means `latest`. */
function parseReference(text: string): { name: string; tag: string; digest: string | undefined } {
  const [nameAndTag = "", digest] = text.split("@", 2);
  const colon = nameAndTag.indexOf(":");
  if (colon === -1) return { name: nameAndTag, tag: "latest", digest };
  return { name: nameAndTag.slice(0, colon), tag: nameAndTag.slice(colon + 1), digest };
}

function forPlatform(repository: Repository, image: StoredImage, architecture: string): ImageManifest {
  if (image.manifest.kind === "image") return image.manifest;
  const match = image.manifest.manifests.find(
    ({ platform }) => platform?.os === "linux" && platform.architecture === architecture,
  );
  const child = match === undefined ? undefined : repository.images.get(match.digest);
  if (child?.manifest.kind !== "image")
    throw new CannotPull(`image Manifest does not contain descriptor matching platform 'linux/${architecture}'`);
  return child.manifest;
}

async function readConfig(
  store: EcrStore,
  repository: Repository,
  { config }: ImageManifest,
): Promise<PullableImage["config"]> {
  const parsed = v.safeParse(configSchema, await readJson(store, repository, config.digest));
  if (!parsed.success)
    throw new CannotPull(`failed to read the image configuration ${config.digest}: ${v.summarize(parsed.issues)}`);
  return parsed.output;
}

async function readJson(store: EcrStore, repository: Repository, digest: string): Promise<unknown> {
  if ((repository.layers.get(digest) ?? 0) > MAX_CONFIG_BYTES)
    throw new CannotPull(`the image configuration ${digest} is larger than ${MAX_CONFIG_BYTES} bytes`);
  const json = await readFile(store.blobs.path(digest), "utf8");
  try {
    return JSON.parse(json);
  } catch {
    throw new CannotPull(`the image configuration ${digest} is not JSON`);
  }
}

function ociArchitecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
