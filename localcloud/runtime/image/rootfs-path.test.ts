import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { confinedTarget, containerPath, resolveInRootfs } from "./rootfs-path.ts";

let rootfs: string;
beforeEach(async () => {
  rootfs = await realpath(await mkdtemp(join(tmpdir(), "rootfs-path-test-")));
  await mkdir(join(rootfs, "usr/lib"), { recursive: true });
  // As a container may make them while it runs: not confined.
  await symlink("/usr/lib", join(rootfs, "lib"));
  await symlink("/etc", join(rootfs, "usr/lib/absolute"));
  await symlink("../../../../etc", join(rootfs, "usr/out"));
  await symlink("/nowhere/yet", join(rootfs, "dangling"));
  await symlink("two", join(rootfs, "one"));
  await symlink("one", join(rootfs, "two"));
});
afterEach(() => rm(rootfs, { recursive: true }));

describe("a path in a rootfs", () => {
  it.each([
    ["/", ""],
    ["usr/lib", "/usr/lib"],
    ["/lib/libc.so", "/usr/lib/libc.so"],
    ["/usr/out/passwd", "/etc/passwd"],
    ["/lib/absolute/passwd", "/etc/passwd"],
    ["../../etc/passwd", "/etc/passwd"],
    ["/lib/../x", "/usr/x"],
    ["//usr/./lib/", "/usr/lib"],
    ["dangling", "/nowhere/yet"],
    ["missing/../../x", "/x"],
  ])("%s is found at %s, as under chroot", async (path, place) => {
    expect(await resolveInRootfs(rootfs, path)).toBe(join(rootfs, place));
  });

  it("can be the symbolic link itself", async () => {
    expect(await resolveInRootfs(rootfs, "/lib", "keep")).toBe(join(rootfs, "lib"));
    expect(await resolveInRootfs(rootfs, "/usr/../lib/x", "keep")).toBe(join(rootfs, "usr/lib/x"));
  });

  it("may not be a loop", async () => {
    await expect(resolveInRootfs(rootfs, "/one")).rejects.toThrow("ELOOP: too many levels of symbolic links: /one");
  });

  it("has the name that the container knows", () => {
    expect([rootfs, join(rootfs, "usr/lib")].map((place) => containerPath(rootfs, place))).toEqual(["/", "/usr/lib"]);
  });
});

describe("a symbolic link's target", () => {
  it.each([
    ["usr/lib", "/etc/x", "../../etc/x"],
    ["usr/lib", "../../../../etc/x", "../../etc/x"],
    ["usr/lib", "a/../../b", "../b"],
    ["", "/", "."],
    ["usr", ".", "."],
  ])("in %s to %s is %s", (folder, target, confined) => {
    expect(confinedTarget(rootfs, join(rootfs, folder), target)).toBe(confined);
  });
});
