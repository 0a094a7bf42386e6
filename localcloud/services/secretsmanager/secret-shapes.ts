/** Secrets as Secrets Manager shows them: never their values. */
import type { Secret } from "./secret.ts";

export function secretShape(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    ...lastRead(secret),
    ...(secret.deletion === undefined ? {} : { DeletedDate: secret.deletion.asked }),
    Tags: [...secret.tags],
  };
}

export function stagesByVersion({ versions }: Secret): Record<string, string[]> {
  return Object.fromEntries(
    [...versions.values()].filter(({ stages }) => stages.size > 0).map(({ id, stages }) => [id, [...stages]]),
  );
}

/** AWS tells the day only. */
function lastRead({ versions }: Secret): { LastAccessedDate?: Date } {
  const newest = Math.max(0, ...[...versions.values()].map(({ readAt }) => readAt?.getTime() ?? 0));
  return newest === 0 ? {} : { LastAccessedDate: new Date(new Date(newest).toISOString().slice(0, 10)) };
}
