/** The account's registry: its repositories, and what is pushed to them by either door, the API or the OCI protocol. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tag } from "@aws-sdk/client-ecr";
import type { Clock } from "../../clock.ts";
import { AccountSettings } from "./account-settings.ts";
import { AuthorizationTokens } from "./authorization-tokens.ts";
import { BlobStore } from "./blob-store.ts";
import { digestOf } from "./digest.ts";
import {
  imageDigestDoesNotMatch,
  imageTagAlreadyExists,
  layersNotFound,
  referencedImagesNotFound,
  repositoryAlreadyExists,
  repositoryNotEmpty,
  repositoryNotFound,
} from "./errors.ts";
import { LifecycleSchedule } from "./lifecycle/schedule.ts";
import { blobsOf, type Manifest, parseManifest } from "./manifest.ts";
import { checkRepositoryName, checkTag } from "./names.ts";
import { Repository, type StoredImage } from "./repository.ts";
import { Scanner } from "./scans/scanner.ts";
import { isImmutable, type TagMutability } from "./tag-mutability.ts";
import { Uploads } from "./uploads.ts";

export interface EcrStoreOptions {
  /** Blobs live in `<stateFolder>/registry`. */
  readonly stateFolder: string;
  readonly clock: Clock;
  readonly accountId: string;
}

export interface NewRepository {
  readonly name: string;
  readonly tagMutability: TagMutability;
  readonly scanOnPush: boolean;
  readonly resourceTags: readonly Tag[];
}

export interface NewImage {
  /** As they came: a digest is over bytes, not over what they mean. */
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
  readonly tag: string | undefined;
  /** What the client takes the manifest's digest to be. */
  readonly digest: string | undefined;
}

export class EcrStore {
  readonly registryId: string;
  readonly blobs: BlobStore;
  readonly uploads: Uploads;
  readonly tokens = new AuthorizationTokens();
  readonly accountSettings = new AccountSettings();
  readonly lifecycle: LifecycleSchedule;
  readonly scanner: Scanner;
  readonly #clock: Clock;
  readonly #repositories = new Map<string, Repository>();

  /** Whether the registry lets somebody in with that password. */
  judgePassword(password: string): "valid" | "expired" | "unknown" {
    return this.tokens.check(password, this.#clock.now());
  }

  private constructor(registryId: string, blobs: BlobStore, clock: Clock) {
    this.registryId = registryId;
    this.blobs = blobs;
    this.uploads = new Uploads(blobs, clock);
    this.lifecycle = new LifecycleSchedule(clock);
    this.scanner = new Scanner(clock);
    this.#clock = clock;
  }

  static async open({ stateFolder, clock, accountId }: EcrStoreOptions): Promise<EcrStore> {
    return new EcrStore(accountId, await BlobStore.open(join(stateFolder, "registry")), clock);
  }

  repositories(): Repository[] {
    return [...this.#repositories.values()];
  }

  /** @throws {AwsError} `RepositoryNotFoundException`. */
  repository(repositoryName: string, registryId = this.registryId): Repository {
    const repository = registryId === this.registryId ? this.#repositories.get(repositoryName) : undefined;
    if (repository === undefined) throw repositoryNotFound({ repositoryName, registryId });
    return repository;
  }

  /** @throws {AwsError} `InvalidParameterException`, `RepositoryAlreadyExistsException`. */
  createRepository({ name, tagMutability, scanOnPush, resourceTags }: NewRepository): Repository {
    checkRepositoryName(name);
    const { registryId } = this;
    if (this.#repositories.has(name)) throw repositoryAlreadyExists({ repositoryName: name, registryId });
    const settings = { name, registryId, createdAt: this.#clock.now(), resourceTags };
    const repository = new Repository(settings, { tagMutability, scanOnPush });
    this.#repositories.set(name, repository);
    return repository;
  }

  /** @throws {AwsError} `RepositoryNotEmptyException` unless `force`. */
  async deleteRepository(repository: Repository, force: boolean): Promise<void> {
    if (repository.images.size > 0 && !force) throw repositoryNotEmpty(repository.id);
    this.#repositories.delete(repository.settings.name);
    this.lifecycle.end(repository);
    await this.uploads.cancelAll(repository);
  }

  /**
   * Adds an image, or a tag to one that is there.
   * @throws {AwsError} `InvalidParameterException` for what is no manifest, `ImageDigestDoesNotMatchException`,
   * `LayersNotFoundException`, `ReferencedImagesNotFoundException`, `ImageTagAlreadyExistsException`.
   */
  async putImage(repository: Repository, image: NewImage): Promise<StoredImage> {
    const manifest = parseManifest(image.bytes, image.mediaType);
    const digest = digestOf(image.bytes);
    if (image.digest !== undefined && image.digest !== digest)
      throw imageDigestDoesNotMatch(repository.id, image.digest);
    checkReferences(repository, manifest);
    admitTag(repository, image.tag);
    await this.blobs.write(image.bytes);
    // Again: another push may have taken the tag while the bytes were written.
    admitTag(repository, image.tag);
    const isNew = !repository.images.has(digest);
    const stored = repository.images.get(digest) ?? {
      digest,
      manifest,
      manifestBytes: image.bytes.length,
      pushedAt: this.#clock.now(),
    };
    repository.images.set(digest, stored);
    if (image.tag !== undefined) repository.tags.set(image.tag, digest);
    this.lifecycle.soon(repository);
    if (isNew && repository.scanOnPush && manifest.kind === "image") this.scanner.scan(repository, stored);
    return stored;
  }

  /**
   * Makes a layer of one repository one of another, too. Only where the account setting allows it.
   * @param from the repository that the client believes to have it; any, where it does not say.
   * @returns whether the layer is there now.
   * https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html
   */
  mountLayer(into: Repository, digest: string, from: string | undefined): boolean {
    if (!this.accountSettings.blobMounting) return false;
    const sources = this.repositories().filter(({ settings }) => from === undefined || settings.name === from);
    const size = sources.map(({ layers }) => layers.get(digest)).find((bytes) => bytes !== undefined);
    if (size !== undefined) into.layers.set(digest, size);
    return size !== undefined;
  }

  /** The manifest, byte for byte as it was pushed. */
  readManifest({ digest }: StoredImage): Promise<Buffer> {
    return readFile(this.blobs.path(digest));
  }
}

function checkReferences(repository: Repository, manifest: Manifest): void {
  if (manifest.kind === "image") {
    const missing = blobsOf(manifest).filter(({ digest }) => !repository.layers.has(digest));
    if (missing.length > 0) throw layersNotFound(repository.id, distinct(missing));
  } else {
    const missing = manifest.manifests.filter(({ digest }) => !repository.images.has(digest));
    if (missing.length > 0) throw referencedImagesNotFound(repository.id, distinct(missing));
  }
}

/** An immutable tag is refused to the same image too: AWS's page says "a tag that is already in the repository". */
function admitTag(repository: Repository, tag: string | undefined): void {
  if (tag === undefined) return;
  checkTag(tag);
  if (repository.tags.has(tag) && isImmutable(repository.tagMutability, tag))
    throw imageTagAlreadyExists(repository.id, tag);
}

function distinct(descriptors: readonly { digest: string }[]): string[] {
  return [...new Set(descriptors.map(({ digest }) => digest))];
}
