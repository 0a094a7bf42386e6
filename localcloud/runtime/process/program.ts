import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { posix } from "node:path";
import { isMissing, resolveInRootfs } from "../image/rootfs-path.ts";
import { CannotStart } from "../runtime.ts";
import { elfHeadBytes, elfInterpreter, isElf, runsHere } from "./elf.ts";

/** Where a container's command is looked up. */
export interface Place {
  readonly rootfs: string;
  /** As the container sees it, absolute. */
  readonly workingDirectory: string;
  /** The folders of the container's PATH, as the container sees them. */
  readonly path: readonly string[];
}

/** What to start on this machine. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

/** Scripts whose interpreter is a script again, as deep as Linux goes. */
const maximumInterpreters = 4;

/**
 * Finds what a container's command stands for on this machine. `node` is this process's own Node and `sh` the
 * machine's; every other program must be in the rootfs, and so must what a script's first line names. Absolute
 * arguments that exist in the rootfs become their places there.
 *
 * @throws {CannotStart} in the words of runc where a container would not start either; otherwise with what it is that
 * this runtime cannot do.
 */
export async function findProgram(command: readonly string[], place: Place): Promise<Program> {
  const [name, ...rest] = command;
  if (name === undefined) throw new CannotStart("no command specified");
  const args = await Promise.all(rest.map((argument) => inRootfs(argument, place)));
  return withInterpreter(name, await lookUp(name, place), args, place, 0);
}

async function inRootfs(argument: string, { rootfs }: Place): Promise<string> {
  if (!argument.startsWith("/")) return argument;
  const place = await resolveInRootfs(rootfs, argument);
  return (await exists(place)) ? place : argument;
}

async function lookUp(name: string, place: Place): Promise<string> {
  const own = ownProgram(name);
  if (own !== undefined) return own;
  const found = name.includes("/") ? await explicit(name, place) : await onPath(name, place);
  if (found !== undefined) return found;
  const reason = name.includes("/") ? "no such file or directory" : "executable file not found in $PATH";
  throw new CannotStart(`exec: ${JSON.stringify(name)}: ${reason}: it is not in the image, and ${broughtAlong}`);
}

const broughtAlong = "without a container engine the local cloud brings only node and sh";

/** The programs that are this machine's, whatever the image holds: an image's own could not run without its libraries. */
function ownProgram(name: string): string | undefined {
  if (name === "node" || /^\/(.*\/)?bin\/node$/.test(name)) return process.execPath;
  if (name === "sh" || name === "/bin/sh" || name === "/usr/bin/sh") return "/bin/sh";
  return undefined;
}

async function explicit(name: string, place: Place): Promise<string | undefined> {
  const file = await resolveInRootfs(place.rootfs, posix.resolve(place.workingDirectory, name));
  if (!(await exists(file))) return undefined;
  if (await isExecutable(file)) return file;
  throw new CannotStart(`exec: ${JSON.stringify(name)}: permission denied`);
}

async function onPath(name: string, place: Place): Promise<string | undefined> {
  for (const folder of place.path) {
    const file = await resolveInRootfs(place.rootfs, posix.join(folder, name));
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Puts a script's interpreter before it, as execve(2) does with the first line. */
async function withInterpreter(
  name: string,
  file: string,
  args: readonly string[],
  place: Place,
  depth: number,
): Promise<Program> {
  if (ownProgram(name) !== undefined) return { file, args };
  const head = await headOf(file);
  if (head.toString("latin1", 0, 2) !== "#!") {
    if (!isElf(head) || !runsHere(head)) return notExecutable(name);
    await checkLoader(name, head);
    return { file, args };
  }
  if (depth >= maximumInterpreters) throw new CannotStart(`exec ${name}: too many levels of symbolic links`);
  const [interpreter, ...own] = interpreterOf(head);
  if (interpreter === undefined) return notExecutable(name);
  const found = await lookUpInterpreter(name, interpreter, place);
  return withInterpreter(interpreter, found, [...own, file, ...args], place, depth + 1);
}

/** The words of a script's first line; `/usr/bin/env NAME` stands for NAME on the PATH. */
function interpreterOf(head: Buffer): string[] {
  const line = head.toString("utf8", 2).split("\n", 1)[0] ?? "";
  const [interpreter, ...rest] = line.trim().split(/[ \t]+/);
  if (interpreter === undefined || interpreter === "") return [];
  if (posix.basename(interpreter) === "env") return rest[0] === "-S" ? rest.slice(1) : rest;
  // Linux hands over everything behind the interpreter as one argument.
  return rest.length === 0 ? [interpreter] : [interpreter, rest.join(" ")];
}

async function lookUpInterpreter(script: string, interpreter: string, place: Place): Promise<string> {
  try {
    return await lookUp(interpreter, place);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    throw new CannotStart(`exec ${script}: its interpreter ${interpreter} is not in the image, and ${broughtAlong}`);
  }
}

/**
 * What stands in for a program that the machine cannot execute. A container with one does start: it is its first process
 * that then finds out, says so and exits with 1, on AWS Fargate as in a Docker engine.
 */
function notExecutable(name: string): Program {
  return { file: "/bin/sh", args: ["-c", 'echo "exec $1: exec format error" >&2; exit 1', "sh", name] };
}

async function checkLoader(name: string, head: Buffer): Promise<void> {
  const loader = elfInterpreter(head);
  if (loader === undefined || (await exists(loader))) return;
  throw new CannotStart(
    `exec ${name}: its loader ${loader} is not on this machine, and without a container engine the image's own ` +
      "cannot be used",
  );
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(elfHeadBytes), 0, elfHeadBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && "code" in error && error.code === "EACCES")) return false;
    throw error;
  }
}
