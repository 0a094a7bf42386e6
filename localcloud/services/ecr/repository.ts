/** One repository: which images, tags and layers are in it. The bytes are in the blob store. */
import type { ImageIdentifier, Tag } from "@aws-sdk/client-ecr";
import { blobsOf, type Manifest } from "./manifest.ts";

export interface StoredImage {
  readonly digest: string;
  readonly manifest: Manifest;
  /** Of the manifest, in bytes. */
  readonly manifestBytes: number;
  /** Milliseconds since the epoch. */
  readonly pushedAt: number;
}

export type TagMutability = "MUTABLE" | "IMMUTABLE";

export interface RepositorySettings {
  readonly name: string;
  readonly registryId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly scanOnPush: boolean;
  readonly resourceTags: readonly Tag[];
}

export class Repository {
  readonly settings: RepositorySettings;
  tagMutability: TagMutability;
  /** By digest. */
  readonly images = new Map<string, StoredImage>();
  /** Digests by tag. */
  readonly tags = new Map<string, string>();
  /** Sizes in bytes by digest. A layer that another repository has is not in this one. */
  readonly layers = new Map<string, number>();

  constructor(settings: RepositorySettings, tagMutability: TagMutability) {
    this.settings = settings;
    this.tagMutability = tagMutability;
  }

  /** By digest, by tag, or by both where they agree. */
  find({ imageDigest, imageTag }: ImageIdentifier): StoredImage | undefined {
    const tagged = imageTag === undefined ? undefined : this.tags.get(imageTag);
    if (imageTag !== undefined && (tagged === undefined || (imageDigest ?? tagged) !== tagged)) return undefined;
    return this.images.get(imageDigest ?? tagged ?? "");
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
