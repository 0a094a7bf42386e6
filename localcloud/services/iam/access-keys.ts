import type { AccessKeys } from "../../gateway/sigv4.ts";

/** The keys of several sources; the first that knows one decides. */
export function anyOf(...sources: readonly AccessKeys[]): AccessKeys {
  return {
    find(accessKeyId) {
      for (const source of sources) {
        const key = source.find(accessKeyId);
        if (key !== undefined) return key;
      }
      return undefined;
    },
  };
}
