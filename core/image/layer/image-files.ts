/** What stands at a path of an image. */
export type FileNode =
  | { readonly type: "directory"; readonly children: Map<string, FileNode> }
  | { readonly type: "file" }
  | { readonly type: "symlink"; readonly target: string };

/** As many links as Linux follows before it answers ELOOP. */
const maxLinks = 40;

/**
 * Which files an image holds so far. COPY and WORKDIR depend on it: whether a destination is a folder, what must be
 * created on the way to it, and where links on the way lead.
 * Paths are absolute in the image, with or without the leading slash.
 */
export class ImageFiles {
  readonly #root: FileNode & { type: "directory" } = { type: "directory", children: new Map() };

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

  /** Puts a node at a path of which no part is a link, over what is there. A folder keeps what is in it. */
  put(path: string, type: "directory" | "file"): void;
  put(path: string, type: "symlink", target: string): void;
  put(path: string, type: FileNode["type"], target = ""): void {
    const names = partsOf(path);
    const name = names.pop();
    if (name === undefined) return;
    const folder = this.#folder(names);
    if (type === "directory") this.#childFolder(folder, name);
    else folder.set(name, type === "file" ? { type } : { type, target });
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

  #folder(names: readonly string[]): Map<string, FileNode> {
    let children = this.#root.children;
    for (const name of names) children = this.#childFolder(children, name);
    return children;
  }

  #childFolder(children: Map<string, FileNode>, name: string): Map<string, FileNode> {
    const existing = children.get(name);
    if (existing?.type === "directory") return existing.children;
    const created = new Map<string, FileNode>();
    children.set(name, { type: "directory", children: created });
    return created;
  }
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
