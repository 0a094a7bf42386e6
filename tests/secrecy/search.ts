/** Looks for texts where no secret may be: in files, and in the arguments of processes. */
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** As a secret may be written: plainly, in base64 at any of its three offsets, percent-encoded. */
function spellings(secret: string): readonly string[] {
  const offsets = ["", "x", "xx"].map((before) => {
    const encoded = Buffer.from(before + secret).toString("base64");
    // The first and the last character depend on what is beside the secret.
    return encoded.slice(before.length === 0 ? 0 : 4, -4);
  });
  return [...new Set([secret, encodeURIComponent(secret), ...offsets])];
}

/** The names of the secrets that a text holds. */
export function secretsIn(text: string, planted: Readonly<Record<string, string>>): string[] {
  return Object.entries(planted).flatMap(([name, secret]) =>
    spellings(secret).some((spelling) => text.includes(spelling)) ? [name] : [],
  );
}

/** `secret in path` for each file of a folder that holds one, its name and, where it is compressed, its content too. */
export async function secretsInFolder(
  folder: string,
  planted: Readonly<Record<string, string>>,
  skip: (path: string) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const path = join(folder, name);
    const isFile = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!isFile || skip(path)) continue;
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    for (const secret of secretsIn(`${name}\n${contentOf(bytes)}`, planted)) found.push(`${secret} in ${path}`);
  }
  return found;
}

function contentOf(bytes: Buffer): string {
  const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (compressed ? gunzipSync(bytes) : bytes).toString("latin1");
}

/** Watches the arguments of every process on this machine. */
export class ArgumentWatch {
  readonly #planted: Readonly<Record<string, string>>;
  readonly #found = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #looks = 0;

  constructor(planted: Readonly<Record<string, string>>) {
    this.#planted = planted;
    this.#timer = setInterval(() => this.#look(), 25);
  }

  /** @returns `secret in arguments`, and how often was looked */
  end(): { readonly found: readonly string[]; readonly looks: number } {
    clearInterval(this.#timer);
    return { found: [...this.#found], looks: this.#looks };
  }

  #look(): void {
    this.#looks++;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const line = argumentsOf(pid);
      for (const secret of secretsIn(line, this.#planted))
        this.#found.add(`${secret} in ${line.replaceAll("\0", " ")}`);
    }
  }
}

/** Empty where the process has ended meanwhile. */
function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
