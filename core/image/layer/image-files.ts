import type { Blob } from "../registry/blob.ts";
import type { Owner } from "./layer-entry.ts";

/** Who may do what with a file. */
export interface Access {
  readonly owner: Owner;
  readonly mode: number;
}

/** Where a file's bytes are, for whoever copies it. */
export interface FileContent extends Access {
  /** In bytes. */
  readonly size: number;
  /** A file on this machine, or an entry of a layer. */
  readonly source: { readonly file: string } | { readonly layer: Blob; readonly name: string };
}

/** What stands at a path of an image. */
export type FileNode =
  | { readonly type: "directory"; readonly children: Map<string, FileNode>; readonly access: Access }
  /** Without content: a device or a pipe, which nothing can copy. */
  | { readonly type: "file"; readonly content: FileContent | undefined }
  | { readonly type: "symlink"; readonly target: string; readonly owner: Owner };

type Folder = FileNode & { readonly type: "directory" };

const root: Owner = { uid: 0, gid: 0 };
const openFolder: Access = { owner: root, mode: 0o755 };

/** As many links as Linux follows before it answers ELOOP. */
const maxLinks = 40;

/**
 * Which files an image holds so far. COPY and WORKDIR depend on it: whether a destination is a folder, what must be
 * created on the way to it, and where links on the way lead.
 * Paths are absolute in the image, with or without the leading slash.
 */
export class ImageFiles {
  readonly #root: Folder;

  constructor(content: Folder = emptyFolder(openFolder)) {
    this.#root = content;
  }

  /** The same files, for a stage that begins with them. */
  clone(): ImageFiles {
    return new ImageFiles(cloneFolder(this.#root));
  }

  /** What stands at a path of which no part is a link. */
  find(path: string): FileNode | undefined {
    let node: FileNode | undefined = this.#root;
    for (const name of partsOf(path)) {
      node = node?.type === "directory" ? node.children.get(name) : undefined;
    }
    return node;
  }

  /** Where a path leads when all its links are followed, as from inside of the image: it cannot leave it. */
  resolve(path: string): string {
    const rest = partsOf(path);
    const reached: string[] = [];
    let links = 0;
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      const node = this.find([...reached, name].join("/"));
      if (node?.type !== "symlink") {
        reached.push(name);
        continue;
      }
      if (++links > maxLinks) throw new LinkLoop(path);
      const target = partsOf(node.target.startsWith("/") ? node.target : [...reached, node.target].join("/"));
      reached.length = 0;
      rest.unshift(...target);
    }
    return reached.join("/");
  }

  /** Puts a file at a path of which no part is a link, over what is there. */
  putFile(path: string, content: FileContent | undefined): void {
    this.#put(path, { type: "file", content });
  }

  putSymlink(path: string, target: string, owner: Owner = root): void {
    this.#put(path, { type: "symlink", target, owner });
  }

  /** A folder that is there keeps what is in it. */
  putFolder(path: string, access: Access = openFolder): void {
    const existing = this.find(path);
    const children = existing?.type === "directory" ? existing.children : new Map<string, FileNode>();
    this.#put(path, { type: "directory", children, access });
  }

  #put(path: string, node: FileNode): void {
    const names = partsOf(path);
    const name = names.pop();
    if (name === undefined) return;
    let folder = this.#root.children;
    for (const parent of names) folder = childFolder(folder, parent);
    folder.set(name, node);
  }

  remove(path: string): void {
    const names = partsOf(path);
    const name = names.pop();
    const parent = this.find(names.join("/"));
    if (name !== undefined && parent?.type === "directory") parent.children.delete(name);
  }

  /** Removes what is in a folder, but not the folder. */
  empty(path: string): void {
    const node = this.find(path);
    if (node?.type === "directory") node.children.clear();
  }
}

function emptyFolder(access: Access): Folder {
  return { type: "directory", children: new Map(), access };
}

function childFolder(children: Map<string, FileNode>, name: string): Map<string, FileNode> {
  const existing = children.get(name);
  if (existing?.type === "directory") return existing.children;
  const created = emptyFolder(openFolder);
  children.set(name, created);
  return created.children;
}

function cloneFolder({ children, access }: Folder): Folder {
  const copies = [...children].map(
    ([name, node]) => [name, node.type === "directory" ? cloneFolder(node) : node] as const,
  );
  return { type: "directory", children: new Map(copies), access };
}

/** Links that lead to each other. */
export class LinkLoop extends Error {
  constructor(path: string) {
    super(`too many levels of symbolic links: ${path}`);
    this.name = "LinkLoop";
  }
}

/** The names on a path; `..` never leads above the root. */
function partsOf(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names;
}
