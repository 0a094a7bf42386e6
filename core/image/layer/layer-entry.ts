/** Numeric, because names mean something only together with the /etc/passwd of the image. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A file of a layer. `path` is absolute in the image, without the leading slash. */
export type LayerEntry = { readonly path: string; readonly owner: Owner } & (
  | { readonly type: "directory" }
  /** `file` is its path on this machine, `size` in bytes. */
  | { readonly type: "file"; readonly file: string; readonly size: number; readonly executable: boolean }
  | { readonly type: "symlink"; readonly target: string }
);
