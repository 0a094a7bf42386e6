/** One repository: which images, tags and layers are in it. The bytes are in the blob store. */
import type { ImageIdentifier, LifecyclePolicyPreviewResult, Tag } from "@aws-sdk/client-ecr";
import type { LifecycleRule } from "./lifecycle/policy.ts";
import { blobsOf, type Manifest } from "./manifest.ts";
import type { Scan } from "./scans/scan.ts";
import type { TagMutability } from "./tag-mutability.ts";

export interface StoredImage {
  readonly digest: string;
  readonly manifest: Manifest;
  /** Of the manifest, in bytes. */
  readonly manifestBytes: number;
  /** Milliseconds since the epoch. */
  readonly pushedAt: number;
}

export interface LifecyclePolicy {
  readonly text: string;
  /** In the order in which they apply. */
  readonly rules: readonly LifecycleRule[];
  /** Milliseconds since the epoch. */
  lastEvaluatedAt: number | undefined;
}

/** What a policy would do, as it was found when the preview ended. */
export interface LifecyclePreview {
  readonly text: string;
  /** Nothing while it is in progress. */
  results: readonly LifecyclePolicyPreviewResult[] | undefined;
}

export interface RepositorySettings {
  readonly name: string;
  readonly registryId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly resourceTags: readonly Tag[];
}

export class Repository {
  readonly settings: RepositorySettings;
  tagMutability: TagMutability;
  scanOnPush: boolean;
  /** By digest; of an image that was scanned more than once, the last. */
  readonly scans = new Map<string, Scan>();
  /** By digest. */
  readonly images = new Map<string, StoredImage>();
  /** Digests by tag. */
  readonly tags = new Map<string, string>();
  lifecyclePolicy: LifecyclePolicy | undefined;
  lifecyclePreview: LifecyclePreview | undefined;
  /** Sizes in bytes by digest. A layer that another repository has is not in this one. */
  readonly layers = new Map<string, number>();

  constructor(settings: RepositorySettings, changeable: { tagMutability: TagMutability; scanOnPush: boolean }) {
    this.settings = settings;
    this.tagMutability = changeable.tagMutability;
    this.scanOnPush = changeable.scanOnPush;
  }

  /** By digest, by tag, or by both where they agree. */
  find({ imageDigest, imageTag }: ImageIdentifier): StoredImage | undefined {
    const tagged = imageTag === undefined ? undefined : this.tags.get(imageTag);
    if (imageTag !== undefined && (tagged === undefined || (imageDigest ?? tagged) !== tagged)) return undefined;
    return this.images.get(imageDigest ?? tagged ?? "");
  }

  /** The image and all of its tags. */
  remove(digest: string): void {
    for (const tag of this.tagsOf(digest)) this.tags.delete(tag);
    this.images.delete(digest);
    this.scans.delete(digest);
  }

  tagsOf(digest: string): string[] {
    return [...this.tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);
  }

  /** The indexes that list the image. */
  indexesOf(digest: string): string[] {
    return [...this.images.values()]
      .filter(({ manifest }) => manifest.kind === "index" && manifest.manifests.some((one) => one.digest === digest))
      .map((index) => index.digest);
  }

  /** Bytes of an image's layers and configuration; of an index, those of its largest image. */
  imageBytes({ manifest }: StoredImage): number {
    if (manifest.kind === "image")
      return blobsOf(manifest).reduce((sum, { digest }) => sum + (this.layers.get(digest) ?? 0), 0);
    const sizes = manifest.manifests.map(({ digest }) => this.images.get(digest)).map((one) => this.#bytesOfChild(one));
    return Math.max(0, ...sizes);
  }

  #bytesOfChild(child: StoredImage | undefined): number {
    return child?.manifest.kind === "image" ? this.imageBytes(child) : 0;
  }

  get id(): { repositoryName: string; registryId: string } {
    return { repositoryName: this.settings.name, registryId: this.settings.registryId };
  }
}
