import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shellUses } from "./shell-uses.ts";

/** What runs at users'. */
const rooms = ["actions", "app", "core", "demo", "localcloud", "scripts"];

/** Where a shell is meant, and why no input of the toolkit's becomes part of what it is told. */
const argued: Readonly<Record<string, readonly string[]>> = {
  // Dockerfiles' shell form: written into the image's configuration, run by nobody here.
  "core/image/config/container-settings.ts": ['the shell "/bin/sh"'],
  // CMD-SHELL is the user's own command, for the shell of the user's own container, as on Amazon ECS.
  "localcloud/services/ecs/agent/health-check.ts": ['the shell "/bin/sh"'],
  // A process task that names sh gets this machine's; and a fixed script, to which a name is an argument.
  "localcloud/runtime/process/program.ts": [
    'the shell "sh"',
    'the shell "/bin/sh"',
    'the shell "/usr/bin/sh"',
    'the shell "/bin/sh"',
    'the shell "/bin/sh"',
    'the shell "sh"',
  ],
  // Ends a health check that takes too long, by its process id, inside of the user's own container.
  "localcloud/runtime/docker/exec.ts": ['the shell "/bin/sh"'],
};

function sources(): string[] {
  return rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .map((name) => join(room, name))
      .filter((path) => /\.(ts|js|mjs|cjs)$/.test(path))
      .filter((path) => !/(^|\/)dist\/|\.test\.ts$|\.fixture\.ts$/.test(path)),
  );
}

describe("no shell is given user input", () => {
  it("in any source: what runs a program gives it a list of arguments, and every shell is argued for", () => {
    const found = sources().flatMap((path) => {
      const uses = shellUses(readFileSync(path, "utf8"));
      return uses.length === 0 ? [] : [[path, uses] as const];
    });
    expect(found.length).toBeGreaterThan(0);
    expect(Object.fromEntries(found)).toEqual(argued);
  });

  it.each([
    ['import { exec } from "node:child_process";', "exec of child_process"],
    ['import { execSync as run } from "child_process";', "execSync of child_process"],
    ['import * as processes from "node:child_process";', "all of child_process"],
    ['import processes from "node:child_process";', "all of child_process"],
    ['const { exec } = await import("node:child_process");', "all of child_process"],
    ['const { exec } = require("child_process");', "all of child_process"],
    ['import { spawn } from "node:child_process"; spawn(a, b, { shell: true });', "shell: true"],
    ['import { spawn } from "node:child_process"; const shell = a; spawn(a, b, { shell });', "shell: true"],
    ['import { spawn } from "node:child_process"; spawn("bash", ["-c", a]);', 'the shell "bash"'],
    ['spawn(`/bin/sh`, ["-c", a]);', 'the shell "/bin/sh"'],
    ["eval(a);", "eval"],
    ["new Function(a);", "new Function"],
    ['import { runInThisContext } from "node:vm";', "vm"],
  ])("would be seen in %s", (text, use) => {
    expect(shellUses(text)).toContain(use);
  });

  it("is not seen where there is none", () => {
    const text = `import { type ChildProcess, execFile, spawn } from "node:child_process";
      spawn("docker", [a], { shell: false }); const config = "shell"; // exec("sh")`;
    expect(shellUses(text)).toEqual([]);
  });
});
