import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LayerEntry } from "../image/layer-fixture.ts";
import { eachTest, type RuntimeFixture } from "../process-fixture.ts";
import { CannotStart, type ImageConfig } from "../runtime.ts";

let fixture: RuntimeFixture;
eachTest((each) => {
  fixture = each;
});

describe("programs of the image", () => {
  const run = async (config: ImageConfig, layers: LayerEntry[]) => (await fixture.start(config, layers)).exited;

  it("are looked up on its PATH and from its working directory", async () => {
    const busybox = { name: "opt/bin/hello", mode: 0o755, content: "#!/bin/sh\necho hello $1 from $0" };
    expect(await run({ Cmd: ["hello", "you"], Env: ["PATH=/opt/bin"] }, [busybox])).toEqual({ exitCode: 0 });
    expect(await run({ Cmd: ["./hello"], WorkingDir: "/opt/bin" }, [busybox])).toEqual({ exitCode: 0 });
    expect(fixture.lines.map((line) => line.replace(/\/\S*(?=\/opt)/, ""))).toEqual([
      "hello you from /opt/bin/hello",
      "hello from /opt/bin/hello",
    ]);
  });

  it.each(["#!/usr/bin/env node", "#!/usr/local/bin/node", "#!/usr/bin/env -S node --no-warnings"])(
    "that begin with %s run on this Node",
    async (shebang) => {
      expect(
        await run({ Entrypoint: ["/app/start"] }, [
          { name: "app/start", mode: 0o755, content: `${shebang}\nconsole.log('started')` },
        ]),
      ).toEqual({ exitCode: 0 });
      expect(fixture.lines).toEqual(["started"]);
    },
  );

  it("may have interpreters that are scripts themselves", async () => {
    const layers = [
      { name: "app/start", mode: 0o755, content: "#!/app/run fast\n" },
      { name: "app/run", mode: 0o755, content: '#!/bin/sh\necho "$1 $(basename "$2") $3"' },
    ];
    expect(await run({ Cmd: ["/app/start", "last"] }, layers)).toEqual({ exitCode: 0 });
    expect(fixture.lines).toEqual(["fast start last"]);
  });

  it("that are machine code run where the machine can run it", async () => {
    const head = (await readFile(process.execPath)).subarray(0, 64 * 1024);
    const foreign = Buffer.from(head);
    foreign.writeUInt16LE(head.readUInt16LE(18) === 62 ? 183 : 62, 18);
    const alpine = Buffer.from(
      head
        .toString("latin1")
        .replace(/\/lib(64)?\/ld-linux[^\0]*/, (loader) => "/lib/ld-musl.so".padEnd(loader.length, "\0")),
      "latin1",
    );
    const binary = (content: Buffer) => [{ name: "app", mode: 0o755, content }];
    expect(await run({ Cmd: ["/app"] }, binary(foreign))).toEqual({ exitCode: 1 });
    expect(fixture.lines).toEqual(["! exec /app: exec format error"]);
    await expect(run({ Cmd: ["/app"] }, binary(alpine))).rejects.toThrow(
      "exec /app: its loader /lib/ld-musl.so is not on this machine",
    );
  });

  it.each([
    ["an empty file", ""],
    ["a script that names no interpreter", "#!\n"],
    ["text", "echo it's no program"],
  ])("that are %s start, and say that they cannot be executed", async (_what, content) => {
    expect(await run({ Cmd: ["/app"] }, [{ name: "app", mode: 0o755, content }])).toEqual({ exitCode: 1 });
    expect(fixture.lines).toEqual(["! exec /app: exec format error"]);
  });

  it.each([
    [[], "no command specified"],
    [
      ["python3", "app.py"],
      'exec: "python3": executable file not found in $PATH: it is not in the image, and without a container engine the local cloud brings only node and sh',
    ],
    [["/usr/bin/python3"], 'exec: "/usr/bin/python3": no such file or directory: it is not in the image'],
    [["/app/script"], "exec /app/script: its interpreter /usr/bin/python3 is not in the image"],
    [["/app/data"], 'exec: "/app/data": permission denied'],
    [["/app/itself"], "too many levels of symbolic links"],
    [["/app/loop"], "too many levels of symbolic links: /app/loop"],
    [["node", "zero\0byte"], "must be a string without null bytes"],
  ])("%j cannot be started: %s", async (Cmd, reason) => {
    const files = [
      { name: "app/script", mode: 0o755, content: "#!/usr/bin/python3\n" },
      { name: "app/data", mode: 0o644, content: "x" },
      { name: "app/loop", type: "symlink" as const, linkname: "loop" },
      { name: "app/itself", mode: 0o755, content: "#!/app/itself\n" },
    ];
    const starting = fixture.start({ Cmd }, files);
    await expect(starting).rejects.toThrow(CannotStart);
    await expect(starting).rejects.toThrow(reason);
    expect(await readdir(join(fixture.stateFolder, "containers"))).toEqual([]);
  });
});
