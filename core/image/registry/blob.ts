/** Something that a manifest refers to, as a file on disk. */
export interface Blob {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  readonly path: string;
}

/** An image's manifest, byte for byte. */
export interface Manifest {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly bytes: Buffer;
}
