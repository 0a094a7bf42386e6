import type { Role as RoleShape } from "@aws-sdk/client-iam";
import type { Role } from "./role-store.ts";

/** A role as IAM shows it. */
export function roleShape(role: Role): RoleShape {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: urlEncoded(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
    ...(role.tags.length === 0 ? {} : { Tags: [...role.tags] }),
  };
}

/** IAM answers policies as RFC 3986 has them in a URL. */
export function urlEncoded(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
