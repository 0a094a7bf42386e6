/**
 * The pause image, whose container holds a task's network while its containers come and go, as the ECS agent's
 * `amazon-ecs-pause` does. It is made here, since an image that would have to be pulled first is none to rely on.
 */
import { pack } from "tar-stream";
import type { Engine } from "./engine.ts";

const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const LOAD_ADDRESS = 0x400000n;
const PATH = "/pause";

/** ELF's number for the machine, and a program that waits for signals for ever. */
const machines: Readonly<Record<string, { readonly elf: number; readonly code: readonly number[] }>> = {
  // mov eax, 34 (pause); syscall; jmp back
  x64: { elf: 62, code: [0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7] },
  // movz x8, #73 (ppoll); x0 to x3 = 0; svc #0; b back
  arm64: {
    elf: 183,
    code: [0xd2800928, 0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd4000001, 0x17fffffa].flatMap((word) => [
      ...Buffer.from(Uint32Array.of(word).buffer),
    ]),
  },
};

/** Puts it into the engine as `reference`, `name:tag`. @throws {Error} on a machine whose code it does not know. */
export async function makePauseImage(
  engine: Engine,
  reference: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const [repo = "", tag = ""] = reference.split(":");
  const changes = [
    `ENTRYPOINT ["${PATH}"]`,
    ...Object.entries(labels).map(([name, value]) => `LABEL "${name}"="${value}"`),
  ];
  const rootfs = pack();
  rootfs.entry({ name: PATH.slice(1), mode: 0o755, mtime: new Date(0) }, pauseProgram(process.arch));
  rootfs.finalize();
  await engine.call("POST", "/images/create", {
    query: { fromSrc: "-", repo, tag, changes },
    body: rootfs,
  });
}

/** A static ELF executable of one segment. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
function pauseProgram(architecture: string): Buffer {
  const machine = machines[architecture];
  if (machine === undefined) throw new Error(`there is no pause program for ${architecture}`);
  const headers = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
  const program = Buffer.alloc(headers + machine.code.length);
  // Magic, 64 bits, little-endian, version 1.
  program.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  program.writeUInt16LE(2, 16); // executable
  program.writeUInt16LE(machine.elf, 18);
  program.writeUInt32LE(1, 20); // version
  program.writeBigUInt64LE(LOAD_ADDRESS + BigInt(headers), 24); // entry point
  program.writeBigUInt64LE(BigInt(ELF_HEADER_BYTES), 32); // program headers
  program.writeUInt16LE(ELF_HEADER_BYTES, 52);
  program.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  program.writeUInt16LE(1, 56); // one of them
  program.writeUInt32LE(1, ELF_HEADER_BYTES); // to be loaded
  program.writeUInt32LE(5, ELF_HEADER_BYTES + 4); // readable, executable
  program.writeBigUInt64LE(LOAD_ADDRESS, ELF_HEADER_BYTES + 16);
  program.writeBigUInt64LE(LOAD_ADDRESS, ELF_HEADER_BYTES + 24);
  program.writeBigUInt64LE(BigInt(program.byteLength), ELF_HEADER_BYTES + 32);
  program.writeBigUInt64LE(BigInt(program.byteLength), ELF_HEADER_BYTES + 40);
  program.writeBigUInt64LE(0x1000n, ELF_HEADER_BYTES + 48); // alignment
  program.set(machine.code, headers);
  return program;
}
