import type { BuiltImage } from "./build-image.ts";
import type { Blob } from "./registry/blob.ts";
import type { RegistryClient } from "./registry/registry-client.ts";

export interface PushedBlobs {
  readonly layers: { readonly pushed: number; readonly skipped: number };
  /** What was sent, layers and configuration, in bytes. */
  readonly bytes: number;
}

/** What a push has moved so far. */
export interface PushProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/** Enough to keep a line busy; more only opens more connections. */
const uploadsAtOnce = 3;

/**
 * Uploads what the repository does not have of an image's layers and configuration. The manifest is not put: only after
 * it does the image exist.
 *
 * @param onMissing called once with what is going to be uploaded
 * @throws {ToolkitError} IMAGE_REGISTRY_DENIED, IMAGE_REGISTRY_FAILED
 */
export async function pushBlobs(
  image: BuiltImage,
  client: RegistryClient,
  on: { readonly missing: (blobs: PushedBlobs) => void; readonly progress: (progress: PushProgress) => void },
): Promise<PushedBlobs> {
  const blobs = [...distinctLayers(image), image.configuration];
  const missing: Blob[] = [];
  await inParallel(blobs, async (blob) => {
    if (!(await client.hasBlob(blob.digest))) missing.push(blob);
  });
  const pushed = missing.filter((blob) => blob !== image.configuration).length;
  const bytes = missing.reduce((sum, blob) => sum + blob.size, 0);
  const summary = { layers: { pushed, skipped: blobs.length - 1 - pushed }, bytes };
  on.missing(summary);
  let sentBytes = 0;
  await inParallel(missing, (blob) =>
    client.upload(blob, (added) => {
      sentBytes += added;
      on.progress({ sentBytes, totalBytes: bytes });
    }),
  );
  return summary;
}

/** An image may hold the same layer twice; it is stored and sent once. */
export function distinctLayers({ layers }: BuiltImage): Blob[] {
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

/** Runs an action for each item, a few at once; the first failure ends it when those under way have ended. */
async function inParallel<Item>(items: readonly Item[], action: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await action(item);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: uploadsAtOnce }, work));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}
