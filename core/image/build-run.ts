import type { Run } from "../platform/run.ts";
import type { Environment } from "./docker/environment.ts";
import type { PlatformImage } from "./published-image.ts";
import type { PushedBlobs } from "./push-image.ts";

/** What a build is given besides its clients and its input. */
export interface BuildRun extends Run {
  /** For Docker, which finds its engine and configuration by it, and for secret-envs. */
  readonly environment: Environment;
  /** Hears the folder that is going to hold a registry's password, before it does. */
  readonly onPasswordFolder?: (folder: string) => Promise<void>;
}

/** An image that is in the repository under its tags. */
export interface PushedImage {
  /** `unchanged`: the tags already stood for this image. */
  readonly outcome: "pushed" | "unchanged";
  /** Of the image, or of the index that lists one for each platform: `sha256:…`. */
  readonly digest: string;
  /** What Docker calls the image's id. */
  readonly imageId: string;
  readonly platforms: readonly PlatformImage[];
  /** What is known of the build, under the names that buildx gives it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What built it, for people. */
  readonly builder: string;
  /** What was uploaded; Docker does not say. */
  readonly layers?: PushedBlobs["layers"];
  /** In bytes. */
  readonly bytes?: number;
}
