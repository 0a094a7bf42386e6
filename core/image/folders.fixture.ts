import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of a test's own, removed at its end. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(tmpdir(), "ecs-pipeline-test-")));
  }

  /** Writes files (with their folders), links (`{ link: target }`) and empty folders (`null`). */
  async write(files: Record<string, string | { link: string } | { executable: string } | null>): Promise<this> {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.path, name);
      await mkdir(content === null ? path : dirname(path), { recursive: true });
      if (content === null) continue;
      if (typeof content === "string") await writeFile(path, content);
      else if ("link" in content) await symlink(content.link, path);
      else {
        await writeFile(path, content.executable);
        await chmod(path, 0o700);
      }
    }
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
