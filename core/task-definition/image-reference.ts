/** What a registry's host may be, when it is one: https://github.com/distribution/reference */
const host = /^(?:\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::\d+)?$/i;
const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/;

/** What was to be filled in and was not: AWS's `<IMAGE1_NAME>`, a workflow's, a shell's or a template's variable. */
const place = /<[^<>]*>|\$?\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$\(\w*\)|\$\w+/;

/** What JSON, JavaScript and Python write where they had nothing to write; `none` may be anybody's tag. */
const nothing = /^(?:null|undefined|None|NaN)$/;

/** The place in an image that nothing has filled in; `undefined` where there is none. */
export function placeLeft(image: string): string | undefined {
  return place.exec(image)?.[0];
}

/**
 * Why Amazon ECS could not pull such an image wherever it was pushed, as a clause; `undefined` where its form is right.
 * `null` and `undefined` have the right form, but were meant by nobody.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function imageProblem(image: string): string | undefined {
  const left = placeLeft(image);
  if (left !== undefined) return `${left} was not filled in`;
  if (image.trim() === "") return "is empty";
  if (/\s/.test(image)) return "has white space in it";
  const [beforeDigest = "", digest, ...more] = image.split("@");
  if (more.length > 0) return "has more than one @";
  if (digest === "") return "ends without the digest";
  if (digest !== undefined && !digestForm.test(digest)) return `${digest} is not a digest (sha256: and 64 of 0-9a-f)`;
  return nameProblem(beforeDigest);
}

function nameProblem(name: string): string | undefined {
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const repository = tagged ? name.slice(0, colon) : name;
  const tag = tagged ? name.slice(colon + 1) : undefined;
  if (tag === "") return "ends without the tag";
  const empty = [...pathOf(repository), tag ?? ""].find((part) => nothing.test(part));
  if (empty !== undefined) return `says ${empty}: what was to give its name or tag gave nothing`;
  if (tag !== undefined && !tagForm.test(tag)) return `${tag} is not a tag`;
  return repositoryProblem(repository);
}

function repositoryProblem(repository: string): string | undefined {
  const path = pathOf(repository);
  const registry = path.length === repository.split("/").length ? undefined : repository.split("/", 1)[0];
  if (registry !== undefined && !host.test(registry)) {
    return registry === "" ? "begins without the registry" : `${registry} is not a registry's host`;
  }
  if (path.every((part) => pathComponent.test(part))) return undefined;
  const lower = path.map((part) => part.toLowerCase());
  const capital = lower.every((part) => pathComponent.test(part));
  return capital ? `its repository must be in lower case: ${lower.join("/")}` : "is not repository:tag";
}

/** Without the registry, which the first part is where it cannot be anything else. */
function pathOf(repository: string): readonly string[] {
  const [first = "", ...rest] = repository.split("/");
  const isHost = /[.:]/.test(first) || first === "localhost" || first === "" || first !== first.toLowerCase();
  return isHost && rest.length > 0 ? rest : [first, ...rest];
}
