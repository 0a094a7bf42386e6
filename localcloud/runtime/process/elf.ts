/**
 * What the first bytes of an ELF file say about running it here: System V ABI, "ELF Header" and "Program Header".
 * Only what a 64-bit little-endian machine (x86-64, AArch64) can run is looked at.
 */
const elfMagic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const elfClass64 = 2;
const littleEndian = 1;
const programHeaderInterp = 3;
const programHeaderBytes = 56;

const machines: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** How much of a file to read: the program headers follow the file header, and the interpreter's name them. */
export const elfHeadBytes = 64 * 1024;

export function isElf(head: Buffer): boolean {
  return head.subarray(0, 4).equals(elfMagic);
}

/** Whether the file is for this system and processor. */
export function runsHere(head: Buffer): boolean {
  if (process.platform !== "linux" || head.byteLength < 64) return false;
  return head[4] === elfClass64 && head[5] === littleEndian && head.readUInt16LE(18) === machines[process.arch];
}

/** The dynamic loader that the file asks for (PT_INTERP), `undefined` for a statically linked one. */
export function elfInterpreter(head: Buffer): string | undefined {
  const headers = Number(head.readBigUInt64LE(32));
  const count = head.readUInt16LE(56);
  for (let index = 0; index < count; index += 1) {
    const at = headers + index * programHeaderBytes;
    if (at + programHeaderBytes > head.byteLength) return undefined;
    if (head.readUInt32LE(at) !== programHeaderInterp) continue;
    const start = Number(head.readBigUInt64LE(at + 8));
    const name = head.subarray(start, start + Number(head.readBigUInt64LE(at + 32)));
    return name.toString("utf8").split("\0")[0];
  }
  return undefined;
}
