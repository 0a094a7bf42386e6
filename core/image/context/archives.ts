import { open } from "node:fs/promises";
import { type Place, unsupported } from "../dockerfile/place.ts";
import type { BuildContext } from "./build-context.ts";
import { findSources } from "./find-sources.ts";

/** How gzip, bzip2, xz and zstd files begin, which ADD unpacks where a tar is in them. */
const compressed = [
  [0x1f, 0x8b],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  [0x28, 0xb5, 0x2f, 0xfd],
];

/** Of a tar header, which is a block of this size. */
const tarBlock = 512;
const tarMagic = { offset: 257, text: "ustar" };

/**
 * Tells the two things apart that ADD does: it copies files, and unpacks archives.
 *
 * @throws {ToolkitError} IMAGE_INSTRUCTION_UNSUPPORTED where a source is, or may be, an archive
 */
export async function refuseArchives(sources: readonly string[], context: BuildContext, place: Place): Promise<void> {
  for (const source of sources) {
    for (const { node } of await findSources(source, context, place)) {
      if (node.type === "file" && (await mayBeArchive(node.file))) {
        throw unsupported(place, `ADD of the archive ${source}`, "Use COPY, where it is not to be unpacked,");
      }
    }
  }
}

async function mayBeArchive(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(tarBlock), 0, tarBlock, 0);
  const head = buffer.subarray(0, bytesRead);
  const { offset, text } = tarMagic;
  if (head.toString("latin1", offset, offset + text.length) === text) return true;
  return compressed.some((magic) => magic.every((byte, index) => head[index] === byte));
}
