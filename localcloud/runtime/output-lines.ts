const newline = 0x0a;

/**
 * What the awslogs driver lets one line hold before it makes a second event of the rest: CloudWatch Logs' 256 KiB
 * less the 26 bytes that it counts for each event.
 */
export const maximumLineBytes = 256 * 1024 - 26;

/** Turns the pieces in which a pipe delivers output into lines; at most {@link maximumLineBytes} are held back. */
export class OutputLines {
  readonly #onLine: (line: string) => void;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#hold(chunk.subarray(start, end));
      this.#emit();
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
  }

  /** The output has ended: what is left is a line, too. */
  end(): void {
    if (this.#heldBytes > 0) this.#emit();
  }

  #hold(piece: Buffer): void {
    let rest = piece;
    while (this.#heldBytes + rest.byteLength > maximumLineBytes) {
      const full = Buffer.concat([...this.#held, rest.subarray(0, maximumLineBytes - this.#heldBytes)]);
      const cut = characterBoundary(full);
      this.#onLine(full.toString("utf8", 0, cut));
      rest = Buffer.concat([full.subarray(cut), rest.subarray(maximumLineBytes - this.#heldBytes)]);
      this.#held = [];
      this.#heldBytes = 0;
    }
    if (rest.byteLength === 0) return;
    this.#held.push(rest);
    this.#heldBytes += rest.byteLength;
  }

  #emit(): void {
    this.#onLine(Buffer.concat(this.#held).toString("utf8"));
    this.#held = [];
    this.#heldBytes = 0;
  }
}

/** How many bytes of `bytes` to take so that no UTF-8 character is torn apart; all of them where it is not UTF-8. */
function characterBoundary(bytes: Buffer): number {
  for (let back = 1; back <= 4; back += 1) {
    const byte = bytes[bytes.byteLength - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    return byte >= 0b1100_0000 && back < characterBytes(byte) ? bytes.byteLength - back : bytes.byteLength;
  }
  return bytes.byteLength;
}

function characterBytes(lead: number): number {
  if (lead >= 0b1111_0000) return 4;
  return lead >= 0b1110_0000 ? 3 : 2;
}
