/** What an image reference names. */
export interface ImageReference {
  /** As it was given. */
  readonly text: string;
  /** The registry's host, with its port where one is given. */
  readonly host: string;
  readonly repository: string;
  /** A tag, or a digest (`sha256:…`), which goes before a tag. */
  readonly version: string;
}

const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const registryHost = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::\\d{1,5})?$`);
const path = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/**
 * Reads `[host[:port]/]repository[:tag][@digest]` as Docker does: without a host it is Docker Hub's, without a tag
 * `latest` (https://github.com/distribution/reference).
 *
 * @returns `undefined` where it is none
 */
export function parseReference(text: string): ImageReference | undefined {
  const [, name = "", tag, digest] =
    /^([^@]+?)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text) ?? [];
  const { host, repository } = splitHost(name);
  if (!registryHost.test(host)) return undefined;
  if (!path.test(repository) || text.length > 512) return undefined;
  return { text, host, repository, version: digest ?? tag ?? "latest" };
}

/** The first part is a host where it looks like one: a dot, a port, or `localhost`. */
function splitHost(name: string): { host: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  if (slash === -1 || !/[.:]|^localhost$/.test(first)) return dockerHub(name);
  const repository = name.slice(slash + 1);
  return first === "docker.io" || first === "index.docker.io" ? dockerHub(repository) : { host: first, repository };
}

function dockerHub(repository: string): { host: string; repository: string } {
  return {
    host: "registry-1.docker.io",
    repository: repository.includes("/") ? repository : `library/${repository}`,
  };
}
