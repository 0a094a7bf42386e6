import { invalid, type Place } from "./dockerfile/place.ts";
import type { Owner } from "./layer/layer-entry.ts";

/** A file of the stage, as text; `undefined` where there is none. */
export type ReadText = (path: string) => Promise<string | undefined>;

/**
 * Reads `user`, `user:group`, by numbers or by the names of the image's own /etc/passwd and /etc/group. A name without a
 * group stands for the user's own one, a number for the group of the same number.
 *
 * @throws {ToolkitError} IMAGE_DOCKERFILE_INVALID where there is no such user or group
 */
export async function findOwner(text: string, place: Place, read: ReadText): Promise<Owner> {
  const [, user, group] = /^([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  if (user === undefined) throw invalid(place, `"${text}" is no user`);
  const found = isNumber(user) ? { uid: Number(user), gid: Number(user) } : await findUser(user, place, read);
  const gid = group === undefined ? found.gid : isNumber(group) ? Number(group) : await findGroup(group, place, read);
  if (found.uid > largestId || gid > largestId) throw invalid(place, `"${text}" is no user`);
  return { uid: found.uid, gid };
}

const largestId = 0xffff_fffe;

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}

async function findUser(name: string, place: Place, read: ReadText): Promise<Owner> {
  const [, , uid = "", gid = ""] = (await findLine("/etc/passwd", name, read)) ?? [];
  if (isNumber(uid) && isNumber(gid)) return { uid: Number(uid), gid: Number(gid) };
  throw invalid(place, `unable to find user ${name}: no matching entries in passwd file`);
}

async function findGroup(name: string, place: Place, read: ReadText): Promise<number> {
  const [, , gid = ""] = (await findLine("/etc/group", name, read)) ?? [];
  if (isNumber(gid)) return Number(gid);
  throw invalid(place, `unable to find group ${name}: no matching entries in group file`);
}

/** The fields of the first line that begins with a name. */
async function findLine(path: string, name: string, read: ReadText): Promise<string[] | undefined> {
  const lines = ((await read(path)) ?? "").split("\n").map((line) => line.trim().split(":"));
  return lines.find(([first]) => first === name);
}
