/** Numeric, because names mean something only together with the /etc/passwd of the image. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A file of a layer. `path` is absolute in the image, without the leading slash. Without a `mode` it has the one that
 * all files of a context get.
 */
export type LayerEntry = { readonly path: string; readonly owner: Owner; readonly mode?: number | undefined } & (
  | { readonly type: "directory" }
  /** `file` is its path on this machine, `size` in bytes. */
  | { readonly type: "file"; readonly file: string; readonly size: number; readonly executable: boolean }
  | { readonly type: "symlink"; readonly target: string }
);
