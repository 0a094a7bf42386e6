import { inputInvalid } from "./input-invalid.ts";

/** What together names where an image is pushed to. */
interface Names {
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
  readonly tags: readonly string[];
}

/** Where an image is pushed to. */
export interface Destination {
  /** The repository's name in Amazon ECR. */
  readonly repository: string;
  /** In the order given, the first one first. */
  readonly tags: readonly [string, ...string[]];
  /** The registries that references among the tags name; all must turn out to be the repository's own. */
  readonly hosts: readonly string[];
}

const repositoryForm = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * Reads repository, tag and tags together: `tags` takes what docker/build-push-action takes, references such as
 * `123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.2.0`, and names alone.
 *
 * @throws {ToolkitError} INPUT_INVALID
 */
export function readDestination({ repository, tag, tags }: Names): Destination {
  const more = tags.flatMap((item) => item.split(",")).map((item) => item.trim());
  const named = [
    ...(tag === undefined ? [] : [{ tag: checkTag("tag", tag) }]),
    ...more.filter((item) => item !== "").map(readTag),
  ];
  const repositories = new Set(
    [repository, ...named.map((item) => item.repository)].filter((name) => name !== undefined),
  );
  const [name, other] = repositories;
  if (name === undefined) throw inputInvalid("repository", "is missing", "Give the name of the ECR repository.");
  if (other !== undefined) throw inputInvalid("tags", `name ${name} and ${other}`, "Push to one repository.");
  if (!repositoryForm.test(name) || name.length > 256) {
    throw inputInvalid("repository", `"${name}" is no repository's name`, "Give its name alone, such as team/web.");
  }
  const [first, ...others] = new Set(named.map((item) => item.tag));
  if (first === undefined) throw inputInvalid("tag", "is missing", "Give the tag to push under, usually the commit.");
  return { repository: name, tags: [first, ...others], hosts: named.flatMap(({ host }) => host ?? []) };
}

interface NamedTag {
  readonly tag: string;
  readonly host?: string;
  readonly repository?: string;
}

function readTag(item: string): NamedTag {
  const [, host, repository, tag] = /^([^/]+)\/(.+):([^:/]+)$/.exec(item) ?? [];
  if (host !== undefined && repository !== undefined && tag !== undefined) {
    return { host, repository, tag: checkTag("tags", tag) };
  }
  return { tag: checkTag("tags", item) };
}

function checkTag(input: string, tag: string): string {
  if (tagForm.test(tag)) return tag;
  throw inputInvalid(input, `"${tag}" is no tag`, "Use up to 128 letters, digits, dots, dashes and underscores.");
}

/** @throws {ToolkitError} INPUT_INVALID where a tag names another registry than the repository's */
export function checkHosts({ hosts, repository }: Destination, uri: string): void {
  const [own] = uri.split("/", 1);
  const other = hosts.find((host) => host !== own);
  if (other === undefined) return;
  throw inputInvalid(
    "tags",
    `${other} is not the registry of ${repository}, which is ${own}`,
    `Name ${own}, or the tag alone.`,
  );
}
