/** What the Node that runs this needs to run in a container that holds nothing else: its binary, loader and libraries. */
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";

export interface ProgramFile {
  /** On this machine. */
  readonly source: string;
  /** In the container, absolute. */
  readonly target: string;
}

/** Found by `ldd`, so on Linux only. A Node that is linked statically needs nothing but itself. */
export function nodeFiles(): ProgramFile[] {
  const binary = realpathSync(process.execPath);
  const listed = spawnSync("ldd", [binary], { encoding: "utf8" });
  // `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)`, and the loader as `/lib64/ld-linux-x86-64.so.2 (0x…)`.
  const libraries = [...(listed.stdout ?? "").matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].flatMap(([, path]) => path ?? []);
  return [
    { source: binary, target: "/usr/local/bin/node" },
    ...libraries.map((path) => ({ source: realpathSync(path), target: path })),
  ];
}
