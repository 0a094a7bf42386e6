/**
 * Gives the memory of a piece of a request's body back at once. Node copies each piece into memory of its own, and V8
 * collects that only after 64 MiB of it: with layers of any size, the process would always have grown by that much.
 */
export function giveBack(bytes: Uint8Array): void {
  const { buffer } = bytes;
  // What is part of something larger is not ours alone.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}
