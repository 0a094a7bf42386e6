/**
 * The engine sends standard output and standard error over one connection, in frames: one byte says which, three are
 * zero, four are the length. https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerAttach
 */
const HEADER_BYTES = 8;

type Stream = "stdout" | "stderr";

export class OutputFrames {
  readonly #onPiece: (piece: Buffer, stream: Stream) => void;
  #header = Buffer.alloc(0);
  #stream: Stream = "stdout";
  #left = 0;

  constructor(onPiece: (piece: Buffer, stream: Stream) => void) {
    this.#onPiece = onPiece;
  }

  /** Pieces are passed on as they come: a frame is never held back to be whole. */
  write(chunk: Buffer): void {
    let rest = chunk;
    while (rest.byteLength > 0) rest = this.#left > 0 ? this.#takeOutput(rest) : this.#takeHeader(rest);
  }

  #takeOutput(bytes: Buffer): Buffer {
    const piece = bytes.subarray(0, this.#left);
    this.#left -= piece.byteLength;
    this.#onPiece(piece, this.#stream);
    return bytes.subarray(piece.byteLength);
  }

  #takeHeader(bytes: Buffer): Buffer {
    const wanted = HEADER_BYTES - this.#header.byteLength;
    this.#header = Buffer.concat([this.#header, bytes.subarray(0, wanted)]);
    if (this.#header.byteLength === HEADER_BYTES) {
      this.#stream = this.#header[0] === 2 ? "stderr" : "stdout";
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
    return bytes.subarray(wanted);
  }
}
