import type { CreateRepositoryCommandInput, ECR, Repository as RepositoryShape, Tag } from "@aws-sdk/client-ecr";
import type { Operations } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { invalidParameter, notLocally } from "./errors.ts";
import { checkBatch } from "./image-identifier.ts";
import { page } from "./paging.ts";
import type { Repository } from "./repository.ts";
import type { EcrStore } from "./store.ts";
import { tagMutabilityFrom, tagMutabilityView } from "./tag-mutability.ts";

export interface RepositoryOptions {
  readonly store: EcrStore;
  readonly region: string;
  /** `127.0.0.1:4566`; known once the gateway listens. */
  readonly registryHost: () => string;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html */
export function repositoryOperations(options: RepositoryOptions) {
  const { store } = options;
  return {
    CreateRepository: (input) => {
      refuseWhatIsNotLocal(input, store.registryId);
      const repository = store.createRepository({
        name: input.repositoryName ?? "",
        tagMutability: tagMutabilityFrom(
          input.imageTagMutability ?? "MUTABLE",
          input.imageTagMutabilityExclusionFilters,
        ),
        scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
        resourceTags: resourceTags(input.tags ?? []),
      });
      return { repository: describe(repository, options) };
    },

    DescribeRepositories: ({ registryId, repositoryNames, maxResults, nextToken }) => {
      if (repositoryNames !== undefined) {
        if (maxResults !== undefined || nextToken !== undefined)
          throw invalidParameter("repositoryNames", "cannot be used together with maxResults or nextToken");
        const named = checkBatch("repositoryNames", repositoryNames).map((name) => store.repository(name, registryId));
        return { repositories: named.map((repository) => describe(repository, options)) };
      }
      const all = (registryId ?? store.registryId) === store.registryId ? store.repositories() : [];
      const { items, ...more } = page(all, ({ settings }) => settings.name, { maxResults, nextToken });
      return { repositories: items.map((repository) => describe(repository, options)), ...more };
    },

    DeleteRepository: async ({ registryId, repositoryName = "", force = false }) => {
      const repository = store.repository(repositoryName, registryId);
      await store.deleteRepository(repository, force);
      return { repository: describe(repository, options) };
    },

    PutImageTagMutability: (input) => {
      const repository = store.repository(input.repositoryName ?? "", input.registryId);
      repository.tagMutability = tagMutabilityFrom(input.imageTagMutability, input.imageTagMutabilityExclusionFilters);
      return { ...repository.id, ...tagMutabilityView(repository.tagMutability) };
    },

    ListTagsForResource: ({ resourceArn = "" }) => {
      const name = resourceArn.startsWith(arn("", options)) ? resourceArn.slice(arn("", options).length) : "";
      if (name === "") throw invalidParameter("resourceArn", "Invalid ARN");
      return { tags: [...store.repository(name).settings.resourceTags] };
    },
  } satisfies Operations<ECR>;
}

function describe(repository: Repository, options: RepositoryOptions): RepositoryShape {
  const { name, registryId, createdAt } = repository.settings;
  return {
    repositoryArn: arn(name, options),
    registryId,
    repositoryName: name,
    repositoryUri: `${options.registryHost()}/${name}`,
    createdAt: new Date(createdAt),
    ...tagMutabilityView(repository.tagMutability),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: "AES256" },
  };
}

function arn(name: string, { region, store }: Pick<RepositoryOptions, "store" | "region">): string {
  return `arn:aws:ecr:${region}:${store.registryId}:repository/${name}`;
}

function refuseWhatIsNotLocal(input: CreateRepositoryCommandInput, ownRegistry: string): void {
  if ((input.registryId ?? ownRegistry) !== ownRegistry)
    throw notLocally("registryId", `have the registry of another account than ${ownRegistry}`);
  const encryption = input.encryptionConfiguration?.encryptionType ?? "AES256";
  if (encryption !== "AES256") throw notLocally("encryptionConfiguration.encryptionType", `encrypt with ${encryption}`);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html#tag-restrictions */
function resourceTags(tags: readonly Tag[]): Tag[] {
  const keys = tags.map(({ Key }) => Key);
  if (keys.length > 50)
    throw new AwsError("TooManyTagsException", "The maximum number of tags for a repository is 50.");
  if (new Set(keys).size < keys.length)
    throw new AwsError("InvalidTagParameterException", "Duplicate tag keys are not allowed.");
  return [...tags];
}
