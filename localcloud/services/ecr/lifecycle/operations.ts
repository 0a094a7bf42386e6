import type { ECR } from "@aws-sdk/client-ecr";
import type { Operations } from "../../../gateway/service.ts";
import { lifecyclePolicyNotFound } from "../errors.ts";
import type { LifecyclePolicy, Repository } from "../repository.ts";
import type { EcrStore } from "../store.ts";
import { parseLifecyclePolicy } from "./policy.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html */
export function lifecycleOperations(store: EcrStore) {
  return {
    PutLifecyclePolicy: ({ registryId, repositoryName = "", lifecyclePolicyText = "" }) => {
      const repository = store.repository(repositoryName, registryId);
      const rules = parseLifecyclePolicy(lifecyclePolicyText);
      repository.lifecyclePolicy = { text: lifecyclePolicyText, rules, lastEvaluatedAt: undefined };
      store.lifecycle.soon(repository);
      return { ...repository.id, lifecyclePolicyText };
    },

    GetLifecyclePolicy: ({ registryId, repositoryName = "" }) => {
      const repository = store.repository(repositoryName, registryId);
      return view(repository, requiredPolicy(repository));
    },

    DeleteLifecyclePolicy: ({ registryId, repositoryName = "" }) => {
      const repository = store.repository(repositoryName, registryId);
      const policy = requiredPolicy(repository);
      repository.lifecyclePolicy = undefined;
      store.lifecycle.end(repository);
      return view(repository, policy);
    },
  } satisfies Operations<ECR>;
}

/** @throws {AwsError} `LifecyclePolicyNotFoundException`. */
export function requiredPolicy(repository: Repository): LifecyclePolicy {
  if (repository.lifecyclePolicy === undefined) throw lifecyclePolicyNotFound(repository.id);
  return repository.lifecyclePolicy;
}

function view(repository: Repository, { text, lastEvaluatedAt }: LifecyclePolicy) {
  const evaluated = lastEvaluatedAt === undefined ? {} : { lastEvaluatedAt: new Date(lastEvaluatedAt) };
  return { ...repository.id, lifecyclePolicyText: text, ...evaluated };
}
